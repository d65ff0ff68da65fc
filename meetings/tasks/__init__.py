"""What conclusions ask of units and people, tracked until it is done."""
