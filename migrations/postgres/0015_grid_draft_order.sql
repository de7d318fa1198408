-- Lists of drafts begin with the latest, a page at a time. What was drawn lies in the same row and is large: the index spares reading it.
create index grid_draft_order on grid_draft (updated_at, id);
