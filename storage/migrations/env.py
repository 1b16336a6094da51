"""How does Alembic reach the database? Through the connection that `storage.migrate` hands over."""

from alembic import context

from storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,  # storage.sqlite or postgres has begun the transaction already
    render_as_batch=True,
)
context.run_migrations()
