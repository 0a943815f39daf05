"""What is done with objects of the ledger and with files: forms, actions, lists."""
