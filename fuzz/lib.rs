//! What all programs here are made of.

#[doc(hidden)]
pub use {fuzz_targets, libfuzzer_sys};

/// A program that has a fuzzer try a target of [`fuzz_targets`]: by mutations of its own half of the time, and else by those
/// that know what it reads.
#[macro_export]
macro_rules! target {
    ($target:ident) => {
        $crate::libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
            ($crate::fuzz_targets::$target.read)(bytes);
        });

        $crate::libfuzzer_sys::fuzz_mutator!(|room: &mut [u8], length: usize, most: usize, seed: u32| {
            match seed % 2 {
                0 => $crate::libfuzzer_sys::fuzzer_mutate(room, length, most),
                _ => $crate::fuzz_targets::$target.mutate_in(&mut room[..most], length, seed),
            }
        });
    };
}
