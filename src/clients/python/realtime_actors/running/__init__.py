"""A machine at work in asyncio: one WebSocket after the other, timers, tokens, the session store."""
