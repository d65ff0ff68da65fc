"""What goes out around a meeting under a unit's letterhead: invitations before it, notices of conclusions after it."""
