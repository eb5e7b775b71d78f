"""What the practice store sells: a mug, a shirt in two sizes, names in Hebrew and Arabic."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """What is put into a cart; its price includes VAT, in the store's currency."""

    id: int
    product_id: int
    price: Decimal
    sku: str
    option: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product; one that comes in no sizes has a single variant with the product's own id."""

    id: int
    title: str
    variants: tuple[Variant, ...]
    category: str
    slug: str
    option_name: str = ""
    stock: int = 70

    @property
    def has_options(self) -> bool:
        return bool(self.option_name)

    def __getitem__(self, option: str) -> Variant:
        """SHIRT["L"]: the variant of that size."""
        for variant in self.variants:
            if variant.option == option:
                return variant
        known = ", ".join(variant.option for variant in self.variants)
        raise KeyError(f"{self.title} comes in: {known}")


@dataclass(slots=True)
class Shelf:
    """Products by id, with what is left of each variant."""

    products: dict[int, Product] = field(default_factory=dict)
    stock: dict[int, int] = field(default_factory=dict)
    changed_at: dict[int, datetime] = field(default_factory=dict)
    """By product: when it came, or its stock last moved."""

    def remove(self, product: Product) -> Product:
        gone = self.products.pop(product.id)
        for variant in gone.variants:
            del self.stock[variant.id]
        return gone

    def add(self, product: Product, *, at: datetime) -> None:
        self.products[product.id] = product
        self.changed_at[product.id] = at
        for variant in product.variants:
            self.stock[variant.id] = product.stock

    def variant(self, variant_id: int) -> Variant:
        for product in self.products.values():
            for variant in product.variants:
                if variant.id == variant_id:
                    return variant
        raise KeyError(f"no variant {variant_id}")


def simple(
    number: int, title: str, price: str, *, sku: str, category: str = "Mugs", slug: str = ""
) -> Product:
    """A product without options."""
    only = Variant(id=number, product_id=number, price=Decimal(price), sku=sku)
    slug = slug or sku.lower()
    return Product(id=number, title=title, variants=(only,), category=category, slug=slug)


MUG = simple(14, "Blue mug", "23.90", sku="MUG-BLUE", slug="blue-mug")
SHIRT = Product(
    id=38,
    title="Linen shirt",
    category="Shirts",
    slug="linen-shirt",
    option_name="Size",
    variants=(
        Variant(id=40, product_id=38, price=Decimal("70.00"), sku="SHIRT-M", option="M"),
        Variant(id=41, product_id=38, price=Decimal("72.50"), sku="SHIRT-L", option="L"),
    ),
)
HEBREW_MUG = simple(51, "ספל קפה כחול", "49.90", sku="MUG-HE")
ARABIC_BOOK = simple(52, "كتاب الحكايات", "35.00", sku="BOOK-AR", category="Books")
EMOJI_CARD = simple(53, "Birthday card 🎂🎉", "8.00", sku="CARD-1", category="Cards")
# WordPress stores and sends names HTML-escaped; a name with & and quotes shows who undoes it.
AMPERSAND_TEA = simple(54, 'Mint & honey "tea"', "19.50", sku="TEA-1", category="Tea")

ASSORTMENT = (MUG, SHIRT, HEBREW_MUG, ARABIC_BOOK, EMOJI_CARD, AMPERSAND_TEA)
