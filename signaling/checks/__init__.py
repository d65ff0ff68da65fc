"""The technical check (kiểm tra kỹ thuật): before a sitting every site measures its devices and its line."""
