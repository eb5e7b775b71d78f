"""What a merchant's programs make and delete by REST besides orders: products, customers."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from tests.fakes import catalogue, ledger
from tests.fakes.memory import Memory
from tests.fakes.woocommerce.answers import Refusal


def category(memory: Memory, said: dict[str, Any]) -> dict[str, Any]:
    name = said["name"]
    return {
        "id": memory.number(),
        "name": name,
        "slug": _slug(name),
        "parent": 0,
        "description": "",
        "display": "default",
        "image": None,
        "menu_order": 0,
        "count": 0,
    }


def product(
    memory: Memory, said: dict[str, Any], categories: dict[int, dict[str, Any]]
) -> catalogue.Product:
    """A product whose sizes follow, each by a call of its own."""
    number = memory.number()
    named = [categories[one["id"]]["name"] for one in said.get("categories", [])]
    varies = said.get("type") == "variable"
    only = catalogue.Variant(
        id=number, product_id=number, price=Decimal(said.get("regular_price") or 0), sku=""
    )
    made = catalogue.Product(
        id=number,
        title=said["name"],
        category=named[0] if named else "Uncategorized",
        slug=_slug(said["name"]),
        option_name=said["attributes"][0]["name"] if varies else "",
        variants=() if varies else (only,),
    )
    memory.shelf.add(made, at=memory.now())
    return made


def variation(
    memory: Memory, made: catalogue.Product, said: dict[str, Any]
) -> tuple[catalogue.Product, catalogue.Variant]:
    one = catalogue.Variant(
        id=memory.number(),
        product_id=made.id,
        price=Decimal(said.get("regular_price") or 0),
        sku=said.get("sku", ""),
        option=said["attributes"][0]["option"],
    )
    grown = replace(made, variants=(*made.variants, one))
    memory.shelf.add(grown, at=memory.now())
    return grown, one


def customer(memory: Memory, said: dict[str, Any]) -> ledger.Account:
    """One account for an address."""
    email = said.get("email", "")
    if email in memory.accounts:
        text = "An account is already registered with your email address."
        raise Refusal(400, "registration-error-email-exists", text)
    name = f"{said.get('first_name', '')} {said.get('last_name', '')}".strip()
    return memory.registers(email, name=name, phone=said.get("billing", {}).get("phone", ""))


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-")
