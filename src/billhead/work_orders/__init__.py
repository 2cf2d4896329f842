"""Work orders: finished work as the work-execution system reports it, with its immutable billable scope snapshots."""
