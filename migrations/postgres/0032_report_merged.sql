-- Whose matters went into one follow it, also through others.
create index matter_merged on matter (merged_into) where merged_into is not null;
