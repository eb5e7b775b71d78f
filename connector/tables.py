"""Every module that holds tables, for whoever needs all of them (migrations, erasure)."""

from connector.attribution import models as attribution
from connector.commerce import models as commerce
from connector.connecting import models as connecting
from connector.connecting import models_shopify as connecting_shopify
from connector.consent import models as consent
from connector.coupons import models as coupons
from connector.detection import models as detection
from connector.inbox import models as inbox
from connector.journeys import models as journeys
from connector.messages import models as messages
from connector.privacy import models as privacy
from connector.stores import models as stores
from connector.sync import models as sync
from connector.timeline import models as timeline
from connector.writeback import models as writeback

MODULES = (
    stores, connecting, connecting_shopify, timeline, inbox, commerce, sync, consent, detection,
    coupons, messages, journeys, attribution, privacy, writeback,
)  # fmt: skip
