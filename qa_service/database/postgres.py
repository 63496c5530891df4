"""PostgreSQL with a transaction that always gives its connection back.

Piccolo's own leaks the pooled connection when COMMIT fails, and the next transaction of that task is then a silent
no-op. Here the end is in `finally`: finish, release, reset.
"""

import contextlib

from piccolo.engine.postgres import PostgresEngine, PostgresTransaction


class CarefulTransaction(PostgresTransaction):
    __slots__ = ()

    async def __aenter__(self):
        if self._parent is not None:
            return self._parent
        self.connection = await self.get_connection()
        try:
            self.transaction = self.connection.transaction()
            await self.begin()
        except BaseException:
            await self.give_back()
            raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, kind, error, traceback) -> bool:
        if self._parent is not None:
            return False
        with contextlib.suppress(ValueError):
            self.engine.current_transaction.reset(self.context)
        try:
            if not (self._committed or self._rolled_back):
                await (self.commit() if error is None else self.rollback())
        finally:
            await self.give_back()
        return False

    async def give_back(self) -> None:
        connection, self.connection = self.connection, None
        if connection is None:
            return
        if self.engine.pool:
            await self.engine.pool.release(connection)  # asyncpg resets an open transaction on release
        else:
            await connection.close()


class CarefulPostgresEngine(PostgresEngine):
    __slots__ = ()

    def transaction(self, allow_nested: bool = True) -> CarefulTransaction:
        return CarefulTransaction(engine=self, allow_nested=allow_nested)

    async def close_connection_pool(self) -> None:
        if self.pool:  # Piccolo warns where there is none; nothing to close is no fault
            await super().close_connection_pool()
