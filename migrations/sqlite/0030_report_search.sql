-- Finding matters among a million: by words, and by the units of those who read lists and maps of them.

-- Search terms: see `server::search`. The index finds a matter's row in it, which FTS5 by itself would look for in all rows.
create virtual table matter_fts using fts5 (terms, matter_id unindexed, tokenize = 'unicode61', detail = none, columnsize = 0);
create index matter_fts_matter on matter_fts_content (c1);

-- Those in force have an index of their own; matters may belong to others too.
create index node_paths on node (path);
-- What lists are narrowed by lies in the index: no row is read in vain.
create index matter_open_node on matter (node_id, id, state, kind, category) where ended_at is null;
create index matter_open_unit on matter (unit_id, id, state, kind, category) where ended_at is null;
create index matter_open_cell on matter (cell, node_id, unit_id) where ended_at is null and cell is not null;
create index matter_category on matter (category, id);
create index matter_published_node on matter (node_id, published_at, id) where published_at is not null;
create index matter_published_category on matter (category, published_at, id) where published_at is not null;
create index task_due on task (due_at) where ended_at is null;
