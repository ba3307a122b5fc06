"""Fulfils the port Printer: ESC/POS bytes, the devices that take them, the shop's templates. No Qt."""
