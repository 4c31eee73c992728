"""Private RabbitMQ and PostgreSQL for tests: on free ports of this machine, in a folder that goes with them."""
