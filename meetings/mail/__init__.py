"""Invitations of meetings by e-mail with iCalendar (RFC 5545, RFC 5546), and the replies that calendars send back."""
