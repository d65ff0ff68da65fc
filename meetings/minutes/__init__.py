"""Minutes: the draft read from the record, its layout by Decree 30/2020/NĐ-CP, signing and verification."""
