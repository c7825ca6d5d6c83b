"""Plan, engine, gate and health: from a resolved deployment to running hubs."""
