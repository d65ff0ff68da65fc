"""How issued documents leave: edXML messages, the outbox, gateways, and what recipients say of them."""
