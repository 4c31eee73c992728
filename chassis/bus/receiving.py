"""Being commanded: a nameko RPC entrypoint that answers once the commands are stored."""

from __future__ import annotations

import logging
from typing import Any

from nameko.rpc import Rpc, RpcConsumer

from chassis.bus.consumer import Outcome, SteadyQueueConsumer, take
from chassis.bus.inbox import Inbox
from chassis.bus.routes import callers_of

LOG = logging.getLogger(__name__)


class SteadyRpcConsumer(RpcConsumer):
    """nameko's, but an answer that cannot leave ends nothing: whoever did not hear it calls again."""

    queue_consumer = SteadyQueueConsumer()

    def handle_result(self, message: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        """Answer the call, and be done with it either way."""
        try:
            return super().handle_result(message, result, exc_info)  # type: ignore[no-any-return]  # nameko has no types
        except Exception as error:  # noqa: BLE001 - a caller that is gone, a broker that is away, a message that was no call
            LOG.warning("could not answer a call: %s", type(error).__name__)
            self.queue_consumer.ack_message(message)
            return result, exc_info


class CommandConsumer(Rpc):
    """Takes what others order this service to do."""

    rpc_consumer = SteadyRpcConsumer()


def take_commands(inbox: Inbox, source: str, body: Any, *, retold: bool) -> Outcome:
    """Take a call's commands into the inbox, if its caller is one that may order any; raises nothing."""
    if source not in callers_of(inbox.store.service):
        LOG.error("refused commands from one who may order none")
        return Outcome.REFUSED
    return take(inbox, source, body, retold=retold)
