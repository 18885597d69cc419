-- Checks of the tables that every payment writes. A pattern with counted repetition takes PostgreSQL some ten times as long as
-- all the rest of such a check, and every update of a card evaluates all of them; the length says nearly as much, and what
-- may stand in these columns is decided in one place in the code.

alter table issuer.card drop constraint card_expiry_check;
alter table issuer.card drop constraint card_service_code_check;
alter table issuer.card drop constraint card_pin_offset_check;
alter table issuer.card drop constraint card_masked_pan_check;
alter table issuer.card add constraint card_expiry_check check (length(expiry) = 4);
alter table issuer.card add constraint card_service_code_check check (length(service_code) = 3);
alter table issuer.card add constraint card_pin_offset_check check (length(pin_offset) between 4 and 12);
alter table issuer.card add constraint card_masked_pan_check check (position('*' in masked_pan) > 0);

alter table issuer.authorization drop constraint authorization_approval_code_check;
alter table issuer.authorization add constraint authorization_approval_code_check check (length(approval_code) = 6);
