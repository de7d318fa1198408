-- Consent to news was asked for once, and nothing ever used it. The kind is known no more, so nobody could see or withdraw what was given:
-- it is ended here, in the row, as a withdrawal is; that it was given stays known.
update legal_basis set withdrawn_at = max(given_at, cast(strftime('%s', 'now') as integer) * 1000000)
where kind = 'news' and withdrawn_at is null;
