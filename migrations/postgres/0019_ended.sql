-- Tiles of a day that has passed look for what ended since, place by place; what still holds has an index of its own.
create index area_cell_ended on area (cell) where valid_to is not null;
create index poi_cell_ended on poi (cell) where valid_to is not null;
