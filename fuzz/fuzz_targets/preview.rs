#![no_main]

shop_fuzz::target!(PREVIEW);
