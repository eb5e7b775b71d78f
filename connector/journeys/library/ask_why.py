"""After the silence: ask why, and answer the reason that is given."""

from connector.journeys.steps import Ask, Journey, Send, Stop, TellMerchant, Wait, WaitUntil

_A_WEEK = Wait(hours=7 * 24)
_TWO_WEEKS = Wait(hours=14 * 24)
_NO_ORDER = Stop(because="no order within a week")

JOURNEY = Journey(
    name="ask_why",
    version=1,
    starts_on="checkout.abandoned",
    ends_on=("case.closed", "customer.unsubscribed"),
    steps=(Ask(template="ask_why"), _TWO_WEEKS, Stop(because="no answer within two weeks")),
    answers={
        "price": (Send(template="answer_price", offer=True), _A_WEEK, _NO_ORDER),
        "not_now": (
            Send(template="answer_not_now"),
            WaitUntil(remembered="remind_on"),
            Send(template="reminder"),
            _A_WEEK,
            _NO_ORDER,
        ),
        "help": (TellMerchant(), Send(template="answer_help"), _A_WEEK, _NO_ORDER),
        "unclear": (TellMerchant(), Send(template="answer_unclear"), _A_WEEK, _NO_ORDER),
        "no_fit": (Send(template="answer_no_fit"), _A_WEEK, _NO_ORDER),
        "other": (Send(template="answer_other"), _A_WEEK, _NO_ORDER),
    },
)
