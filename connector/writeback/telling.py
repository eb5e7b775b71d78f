"""What a run's story says to the merchant, in one line of an order."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector import texts
from connector.journeys.models import Answer
from connector.journeys.reasons import LABEL_KEYS

LONGEST_WORDS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What was answered in a run; empty where nothing was."""

    reason: str = ""
    words: str = ""


def story(session: Session, enrollment_id: int) -> Story:
    """The newest answer: a changed mind counts."""
    answer = session.scalar(
        select(Answer)
        .where(Answer.enrollment_id == enrollment_id)
        .order_by(Answer.answered_at.desc(), Answer.id.desc())
        .limit(1)
    )
    if answer is None:
        return Story()
    return Story(reason=answer.reason, words=_plain(answer.words))


def private_note(told: Story, locale: str) -> str:
    """In the merchant's language: what was asked, what was answered, in which words."""
    if not told.reason:
        return texts.text("writeback.unanswered", locale)
    label = texts.text(LABEL_KEYS.get(told.reason, "reasons.other"), locale)
    if told.words:
        return texts.text("writeback.answered_words", locale, answer=label, words=told.words)
    return texts.text("writeback.answered", locale, answer=label)


def _plain(words: str) -> str:
    """On one line, and nothing that an admin page could take for markup."""
    line = " ".join(words.split()).replace("<", "‹").replace(">", "›")
    return line[:LONGEST_WORDS]
