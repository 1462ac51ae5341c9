//! Hostile handlers: components written by hand to try what the sandbox must withstand. Each has a file in `wat/`
//! that says what it does and what must become of it.
//!
//! A file has the functions that matter; what it lacks of a handler is added.
//!
//! Their manifest has a parameter `coursename` (a course, default `SPOCM1`) and `role` (a role, default `student`), so
//! any product may be sold with them whose platform has these two.

mod component;
pub mod shapes;

/// Makes one guest of each file, so that no list of them can fall behind.
macro_rules! guests {
    ($($(#[doc = $doc:literal])* $guest:ident = $name:literal,)*) => {
        /// A hostile handler.
        ///
        /// Not `non_exhaustive`: a test that matches on it does not compile when it forgets one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Guest {
            $($(#[doc = $doc])* $guest,)*
        }

        impl Guest {
            /// Every one of them.
            pub const ALL: &[Guest] = &[$(Guest::$guest),*];

            /// The name of its file, without the extension.
            pub fn name(self) -> &'static str {
                match self {
                    $(Guest::$guest => $name,)*
                }
            }

            fn text(self) -> &'static str {
                match self {
                    $(Guest::$guest => include_str!(concat!("../wat/", $name, ".wat")),)*
                }
            }
        }
    };
}

guests! {
    /// Traps at once.
    Trap = "trap",
    /// Declares an account and a group, then traps.
    TrapHalfway = "trap_halfway",
    /// Never returns from `fulfil`.
    LoopFulfil = "loop_fulfil",
    /// Never returns from `describe`.
    LoopDescribe = "loop_describe",
    /// Never gets through its start function.
    LoopStart = "loop_start",
    /// Returns `err` with the message `said`, of level error.
    Reject = "reject",
    /// Returns `ok` with the message `said`, of level error.
    RejectInOk = "reject_in_ok",
    /// Returns `err` with the message `said`, of level notice.
    RejectQuietly = "reject_quietly",
    /// Returns `err` without a message.
    RejectSilently = "reject_silently",
    /// Takes all memory that it can get.
    MemoryStorm = "memory_storm",
    /// Asks for more memory than any can have.
    MemoryBeyond = "memory_beyond",
    /// Takes the dearest steps that there are, for ever.
    DearSteps = "dear_steps",
    /// Uses up the stack.
    DeepRecursion = "deep_recursion",
    /// Ensures the account of `stranger@example.org`.
    UngrantedEmail = "ungranted_email",
    /// Finds the course `SECRET`.
    UngrantedCourse = "ungranted_course",
    /// Finds the role `manager`.
    UngrantedRole = "ungranted_role",
    /// Enrols the account 4242.
    ForgedAccount = "forged_account",
    /// Enrols in the course 4242.
    ForgedCourse = "forged_course",
    /// Adds to the group 4242.
    ForgedGroup = "forged_group",
    /// Returns a message whose key, `unheard-of`, is not in its translations.
    UnknownMessage = "unknown_message",
    /// Traps when an earlier call has left a trace.
    State = "state",
    /// Declares nothing and says nothing.
    Nothing = "nothing",
    /// Calls an import for ever.
    CallStorm = "call_storm",
    /// Returns a message whose key is not UTF-8.
    BadUtf8 = "bad_utf8",
    /// Calls an import with a list that is longer than its memory.
    ListBomb = "list_bomb",
    /// Grows a table for as long as it can.
    TableStorm = "table_storm",
    /// Uses up a stack of its own in its memory, as compilers lay one out, and writes below it.
    ShadowStack = "shadow_stack",
    /// Hands over a list of a million empty addresses.
    LongList = "long_list",
    /// Asks for a course with a name of 900,000 bytes.
    LongText = "long_text",
    /// Hands over 100,000 addresses that are all the same 8 MB of its memory: 800 GB, if they were copied.
    OverlapImport = "overlap_import",
    /// Returns 100 messages that all have the same 100,000 arguments.
    OverlapResult = "overlap_result",
    /// Has 100,000 translations that are all the same 8 MB of its memory: 800 GB, if they were copied.
    OverlapDescribe = "overlap_describe",
    /// Returns a quarter of a million messages, all zeros.
    MessageStorm = "message_storm",
    /// Returns 200 messages for five seats.
    ManyMessages = "many_messages",
    /// Returns 100 messages with an argument of 1,000 bytes each.
    MessageBytes = "message_bytes",
    /// Returns 100 messages whose text has 8,000 bytes.
    LongWords = "long_words",
    /// Says a number beyond 2^53.
    LargeNumber = "large_number",
    /// Tells everybody the operator's address.
    NamesPeople = "names_people",
    /// Returns a message with 33 arguments.
    ManyArguments = "many_arguments",
    /// Asks for the operator 2,000 times in one call.
    FactStorm = "fact_storm",
    /// Asks for a course whose name is not UTF-8.
    BadUtf8Import = "bad_utf8_import",
    /// Has a name that is not UTF-8.
    BadUtf8Manifest = "bad_utf8_manifest",
    /// Says something on a level that there is not.
    BadLevel = "bad_level",
    /// Says something about a kind of subject that there is not.
    BadSubject = "bad_subject",
    /// Returns what is neither `ok` nor `err`.
    BadResult = "bad_result",
    /// Enrols for a period whose end is neither there nor not.
    BadOption = "bad_option",
    /// Says something of a seat whose id is none.
    BadSeat = "bad_seat",
    /// Says something with a time far beyond all calendars.
    BadTime = "bad_time",
    /// Enrols the operator from the end of time on.
    BadPeriod = "bad_period",
    /// Enrols the operator, in a real course, with a role that it has made up.
    ForgedRole = "forged_role",
    /// Uses the ids that an earlier call was given, the first of each kind, without asking in this one.
    EarlyId = "early_id",
    /// Has eleven tables.
    ManyTables = "many_tables",
    /// Has three memories.
    ManyMemories = "many_memories",
    /// Makes twenty instances of a module.
    ManyInstances = "many_instances",
    /// Declares a memory of 2 GiB from the start.
    MemoryDeclared = "memory_declared",
    /// Has a thousand parameters.
    ManyParameters = "many_parameters",
    /// Has fifty-one translations.
    ManyTranslations = "many_translations",
    /// Has a translation of 100,000 bytes.
    LongTranslation = "long_translation",
    /// Has fifty translations of 10,000 texts each.
    ManyTexts = "many_texts",
    /// Declares an account when it is asked to describe itself.
    DescribeDeclares = "describe_declares",
    /// Has texts that refer to each other in a circle.
    FluentCircle = "fluent_circle",
    /// Has a text that grows tenfold at each step: the billion laughs.
    FluentLaughs = "fluent_laughs",
    /// Has a text that the formatter copies again and again, as arguments that nobody looks at.
    FluentCopies = "fluent_copies",
    /// Has a text over which Fluent's formatter panics: it selects by a number with too many decimals.
    FluentPanic = "fluent_panic",
    /// Has a text that nests so deep that reading it would use up the host's stack.
    FluentNest = "fluent_nest",
    /// Has a text with a thousand plural forms within each other.
    FluentSelect = "fluent_select",
    /// Has a text with 4,000 variants beside each other.
    DearWords = "dear_words",
    /// Puts terminal escapes and bidirectional overrides into every text that it may say.
    Escapes = "escapes",
    /// Has terminal escapes in its name.
    EscapeName = "escape_name",
    /// Has terminal escapes in its version.
    EscapeVersion = "escape_version",
    /// Says something whose key is a terminal escape.
    EscapeKey = "escape_key",
    /// Looks up a course that is named by terminal escapes.
    EscapeCourse = "escape_course",
    /// Gives its group a name of terminal escapes.
    EscapeGroup = "escape_group",
    /// Gives its group a name of characters that show nothing.
    BlankGroup = "blank_group",
    /// Breaks the contract in a function with a name of more than 1,000 letters, which backtraces show before the cause.
    LongFunction = "long_function",
    /// Traps in a function whose name, which backtraces show, is a terminal escape.
    EscapeFunction = "escape_function",
    /// Its allocator hands out memory that it does not have.
    ReallocOutside = "realloc_outside",
    /// Its allocator hands out addresses that are not aligned.
    ReallocUnaligned = "realloc_unaligned",
    /// Its allocator hands out the same memory again and again.
    ReallocOverlapping = "realloc_overlapping",
    /// Its allocator never returns.
    ReallocLoop = "realloc_loop",
    /// Its allocator calls an import while the host hands the order over.
    ReallocCalls = "realloc_calls",
    /// Traps when it is told that its result has been read.
    PostReturnTrap = "post_return_trap",
    /// Never ends when it is told that its result has been read.
    PostReturnLoop = "post_return_loop",
    /// Declares an account after its result has been read.
    PostReturnCalls = "post_return_calls",
    /// Makes a resource, of which the contract has none.
    Resources = "resources",
    /// Has a component that has two of another, which has two of another, and so on: eight million instances in all.
    InstanceBomb = "instance_bomb",
    /// Imports an interface of the contract's package that the contract does not have.
    UnknownInterface = "unknown_interface",
    /// Is built for a later minor version of the contract.
    LaterContract = "later_contract",
    /// Is built for a contract of the next major version.
    NextContract = "next_contract",
    /// Imports what the contract does not have.
    Wasi = "wasi",
    /// A core module.
    CoreModule = "core_module",
    /// No WebAssembly.
    Garbage = "garbage",
}

/// The handler of which they are versions.
pub const NAME: &str = "hostile";

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use wit_component::DecodedWasm;

    use super::*;
    use crate::component::PREAMBLE;

    /// The packages whose interfaces a component imports and exports; none if the bytes are no component.
    fn packages(bytes: &[u8]) -> Option<BTreeSet<String>> {
        if !bytes.starts_with(PREAMBLE) {
            return None;
        }
        let Ok(DecodedWasm::Component(resolve, world)) = wit_component::decode(bytes) else {
            return None;
        };
        let world = &resolve.worlds[world];
        let package = |key| resolve.name_world_key(key).split('/').next().map(String::from);
        world.imports.keys().chain(world.exports.keys()).map(package).collect()
    }

    /// Of the guests themselves: without this, a refused one would show nothing.
    #[test]
    fn each_guest_is_what_it_should_be() {
        const CONTRACT: &str = "shop:product-handler";
        for guest in Guest::ALL {
            let expected = match guest {
                Guest::CoreModule | Guest::Garbage => None,
                Guest::Wasi => Some([CONTRACT, "wasi:cli"].map(String::from).into()),
                _ => Some([CONTRACT].map(String::from).into()),
            };
            assert_eq!(packages(&guest.bytes()), expected, "{}", guest.name());
        }
    }

    #[test]
    fn each_file_has_its_guest() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("wat");
        let files: BTreeSet<String> = fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into())
            .filter(|name: &String| !["prelude", "allocator"].contains(&name.as_str()))
            .collect();
        let guests = Guest::ALL.iter().map(|guest| guest.name().to_owned()).collect();
        assert_eq!(files, guests);
    }
}
