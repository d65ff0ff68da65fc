"""How official documents look: the vocabulary of Decree 30/2020/NĐ-CP that minutes, notices and invitations share."""
