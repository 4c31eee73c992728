"""${message}

Revision: ${up_revision}
"""

import sqlalchemy as sa
from alembic import op
from chassis.store import types
from sqlalchemy.dialects import postgresql

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward; there is no way back but a backup."""
    ${upgrades if upgrades else "pass"}
