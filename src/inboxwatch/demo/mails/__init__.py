"""What customers, machines and swindlers write to Acme Bikes, scene by scene; all invented."""
