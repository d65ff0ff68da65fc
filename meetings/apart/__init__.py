"""Work on documents in processes beside the server's: the event loop only writes to and reads from a socket."""
