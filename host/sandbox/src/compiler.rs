//! Who compiles components.
//!
//! The compiler has no limits of its own: a few KB can keep it busy for minutes, fill the memory, or bring it down. So it
//! works in a process of its own for each component, which the system ends at its limits, whatever the component is.

use std::io::{self, Read, Write};
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, ExitCode, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::{Allocation, Engine, LoadError, Unable};
use shop_core::words::text::printable;

/// Seconds of processor time for one component.
const SECONDS: u64 = 10;
/// Bytes of memory for one component. With what it is compiled from and to, which the host holds meanwhile, it stays within
/// 512 MiB.
const MEMORY: u64 = 400 << 20;
/// Bytes that a component may be compiled to.
const COMPILED: u64 = 64 << 20;
/// A backstop, far beyond the seconds of processor time: whatever takes as long has not been given a processor.
const BACKSTOP: Duration = Duration::from_secs(120);
/// Another one, which does not depend on that process: somebody may have stopped it.
const PATIENCE: Duration = Duration::from_secs(150);
/// How often it is looked whether a process has ended that has nothing more to say.
const LOOK: Duration = Duration::from_millis(5);

/// How the process of its own ends, beside success: with a reason in JSON, or for want of something on this machine.
const REFUSED: u8 = 3;
const UNABLE: u8 = 5;

/// What compiles components.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Compiler {
    /// This process, on which nothing is bounded then but the component's shape: for those who trust their components.
    #[default]
    Within,
    /// A process of its own for each component: a program with these arguments, which calls [`compile_apart`].
    Apart {
        /// The program. It must be built with the same version of this library.
        program: PathBuf,
        /// Its arguments.
        arguments: Vec<String>,
    },
}

impl Compiler {
    /// A process of its own for each component, which is this program, once more, with this as its only argument. The program
    /// must begin with looking for that: see [`compile_apart`].
    pub fn this_program(argument: &str) -> io::Result<Compiler> {
        // The file that was started may be another one by now: Linux still knows the one that runs.
        let program = match cfg!(target_os = "linux") {
            true => PathBuf::from("/proc/self/exe"),
            false => std::env::current_exe()?,
        };
        Ok(Compiler::Apart { program, arguments: vec![argument.to_owned()] })
    }

    /// Compiles a component to what [`Engine::load`] takes.
    pub fn compile(&self, engine: &Engine, component: &[u8]) -> Result<Result<Vec<u8>, LoadError>, Unable> {
        match self {
            Compiler::Within => Ok(engine.compile(component)),
            Compiler::Apart { program, arguments } => {
                let mut command = Command::new(program);
                // It needs none of the host's secrets.
                command.args(arguments).env_clear();
                let asked = ask(command, component, PATIENCE);
                let (status, answer) = asked.map_err(|error| Unable::Compiling(error.to_string()))?;
                understood(status, answer)
            }
        }
    }
}

/// Hands a component to a process, and hears what it answers. Whatever it does, it has ended when this comes back.
fn ask(mut command: Command, component: &[u8], patience: Duration) -> io::Result<(ExitStatus, Vec<u8>)> {
    let until = Instant::now() + patience;
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let (said, heard) = mpsc::channel();
    std::thread::scope(|scope| {
        // If it ends before it has read all of it, how it ends says why.
        scope.spawn(|| input.map(|mut input| input.write_all(component)));
        scope.spawn(move || said.send(output.map_or(Ok(Vec::new()), read)));
        let answer = heard.recv_timeout(patience).map_err(|_| out_of_patience(patience)).flatten();
        let is_whole = answer.as_ref().is_ok_and(|answer| answer.len() as u64 <= COMPILED);
        let has_ended = is_whole && has_ended(&mut child, until);
        if !has_ended {
            child.kill()?;
        }
        let status = child.wait()?;
        match is_whole && !has_ended {
            true => Err(out_of_patience(patience)),
            false => Ok((status, answer?)),
        }
    })
}

fn read(output: ChildStdout) -> io::Result<Vec<u8>> {
    let mut answer = Vec::new();
    output.take(COMPILED + 1).read_to_end(&mut answer)?;
    Ok(answer)
}

/// Whether a process has ended by then that has said all that it has to say.
fn has_ended(child: &mut Child, until: Instant) -> bool {
    loop {
        match child.try_wait() {
            Ok(None) if Instant::now() < until => std::thread::sleep(LOOK),
            ended => return matches!(ended, Ok(Some(_))),
        }
    }
}

fn out_of_patience(patience: Duration) -> io::Error {
    let told = format!(
        "the compiler's process has not ended within {} seconds, as if somebody had stopped it; it was ended",
        patience.as_secs()
    );
    io::Error::new(io::ErrorKind::TimedOut, told)
}

/// What the process said, or why it ended without a word.
fn understood(status: ExitStatus, answer: Vec<u8>) -> Result<Result<Vec<u8>, LoadError>, Unable> {
    let refused = |why: String| Ok(Err(LoadError::Compiler(why)));
    if answer.len() as u64 > COMPILED {
        return refused(format!("it would become longer than {} MiB", COMPILED >> 20));
    }
    match status.code().and_then(|code| u8::try_from(code).ok()) {
        Some(0) if !answer.is_empty() => return Ok(Ok(answer)),
        Some(0) => return Err(Unable::Compiling("the compiler's process has said nothing".to_owned())),
        Some(REFUSED) => {
            let none = |error| Unable::Compiling(format!("what the compiler's process says is nothing: {error}"));
            return serde_json::from_slice(&answer).map(Err).map_err(none);
        }
        Some(UNABLE) => return Err(Unable::Compiling(printable(&String::from_utf8_lossy(&answer)))),
        _ => {}
    }
    match limits::ended_by(status) {
        Some(limits::Ended::Time) => refused(format!("it takes more than {SECONDS} seconds of processor time")),
        Some(limits::Ended::Itself) => {
            refused(format!("it takes more than {} MiB of memory, or brings the compiler down", MEMORY >> 20))
        }
        None => Err(Unable::Compiling(format!("the compiler's process was ended: {status}"))),
    }
}

/// All that a process does which was started by [`Compiler::Apart`]: it sets its limits, compiles the component on its
/// standard input, and writes what it was compiled to on its standard output. The program must return the status at once,
/// and must have started nothing before.
pub fn compile_apart() -> ExitCode {
    // What it would say is for nobody: how it ends is told to people by who started it.
    std::panic::set_hook(Box::new(|_| ()));
    let (status, answer) = match compiled() {
        Ok(Ok(compiled)) => (0, compiled),
        Ok(Err(refusal)) => (REFUSED, serde_json::json!(refusal).to_string().into_bytes()),
        Err(unable) => (UNABLE, unable.to_string().into_bytes()),
    };
    match io::stdout().write_all(&answer) {
        Ok(()) => status.into(),
        Err(_) => UNABLE.into(),
    }
}

fn compiled() -> io::Result<Result<Vec<u8>, LoadError>> {
    limits::set()?;
    std::thread::Builder::new().spawn(|| {
        std::thread::sleep(BACKSTOP);
        print!("it has not come to an end within {} seconds", BACKSTOP.as_secs());
        std::process::exit(UNABLE.into());
    })?;
    let mut component = Vec::new();
    io::stdin().read_to_end(&mut component)?;
    let engine = Engine::new(Allocation::OnDemand).map_err(io::Error::other)?;
    let compiling = std::panic::catch_unwind(AssertUnwindSafe(|| {
        let compiled = engine.compile(&component)?;
        // What takes too much to be loaded is refused here, where it does no harm.
        // SAFETY: the engine has just compiled it.
        unsafe { engine.load(&compiled) }?;
        Ok(compiled)
    }));
    Ok(compiling.unwrap_or_else(|panic| Err(LoadError::Compiler(said(&*panic)))))
}

/// What a panic said.
fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    let text: String = printable(text.unwrap_or_default()).chars().take(200).collect();
    format!("the compiler gave up: {text}")
}

/// What the system is told to keep of a process, and what it then does to it.
#[cfg(unix)]
mod limits {
    use std::io::{Error, Result};
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    use rustix::process::{Resource, Rlimit, Signal, getrlimit, setrlimit};

    use super::{MEMORY, SECONDS};

    /// Limits this process, for good.
    pub(super) fn set() -> Result<()> {
        // Linux counts all memory of one's own as data, but neither the program nor addresses that are only reserved.
        // At the second of the two, Linux ends a process without saying that it was for its time.
        for (resource, limit, end) in
            [(Resource::Data, MEMORY, MEMORY), (Resource::Cpu, SECONDS, SECONDS + 1), (Resource::Core, 0, 0)]
        {
            let most = getrlimit(resource).maximum.unwrap_or(u64::MAX);
            if most < end {
                return Err(Error::other(format!("expected to be allowed {end} of {resource:?}, found {most}")));
            }
            setrlimit(resource, Rlimit { current: Some(limit), maximum: Some(end) })?;
        }
        Ok(())
    }

    /// Why a process ended that said nothing.
    pub(super) enum Ended {
        /// It used up its time.
        Time,
        /// It could not have more memory, or did what no program may.
        Itself,
    }

    /// Other signals come from people, or from the system when the machine has no memory.
    pub(super) fn ended_by(status: ExitStatus) -> Option<Ended> {
        let signal = status.signal()?;
        let own = [Signal::ABORT, Signal::SEGV, Signal::BUS, Signal::ILL, Signal::TRAP, Signal::FPE];
        match Signal::XCPU.as_raw() == signal {
            true => Some(Ended::Time),
            false => own.iter().any(|own| own.as_raw() == signal).then_some(Ended::Itself),
        }
    }
}

/// Elsewhere, nothing is limited but the length of the answer and, far away, the time.
#[cfg(not(unix))]
mod limits {
    use std::process::ExitStatus;

    pub(super) fn set() -> std::io::Result<()> {
        Ok(())
    }

    pub(super) enum Ended {
        #[allow(dead_code)]
        Time,
        Itself,
    }

    /// A crash is a negative status there.
    pub(super) fn ended_by(status: ExitStatus) -> Option<Ended> {
        status.code().filter(|code| *code < 0).map(|_| Ended::Itself)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// What is made of a process that does this instead of compiling.
    fn of(script: &str) -> Result<Result<Vec<u8>, LoadError>, Unable> {
        let compiler =
            Compiler::Apart { program: "/bin/sh".into(), arguments: vec!["-c".to_owned(), script.to_owned()] };
        let engine = Engine::new(Allocation::OnDemand).unwrap();
        // More than a pipe holds, so that whoever does not read it is written to in vain.
        compiler.compile(&engine, &[0; 1 << 20])
    }

    #[test]
    fn however_the_compilers_process_ends_it_is_a_refusal_or_a_fault_of_this_machine() {
        for (script, refusal) in [
            ("kill -XCPU $$", "it cannot be compiled: it takes more than 10 seconds of processor time"),
            (
                "kill -ABRT $$",
                "it cannot be compiled: it takes more than 400 MiB of memory, or brings the compiler down",
            ),
            (
                "kill -SEGV $$",
                "it cannot be compiled: it takes more than 400 MiB of memory, or brings the compiler down",
            ),
            ("head -c 70000000 /dev/zero", "it cannot be compiled: it would become longer than 64 MiB"),
            (r#"echo '{"Malformed": "so it is"}'; exit 3"#, "not a WebAssembly component: so it is"),
        ] {
            let found = of(script).map(|came| came.map_err(|error| error.to_string()));
            assert_eq!(found, Ok(Err(refusal.to_owned())), "{script}");
        }
        for (script, fault) in [
            ("kill -KILL $$", "was ended: signal: 9"),
            ("kill -TERM $$", "was ended: signal: 15"),
            ("exit 1", "was ended: exit status: 1"),
            ("exit 3", "says is nothing"),
            ("exit 0", "has said nothing"),
            ("exec >&-; cat > /dev/null", "has said nothing"),
            ("echo no room; exit 5", "no room"),
        ] {
            let found = of(script).unwrap_err().to_string();
            assert!(found.contains(fault) && found.starts_with("this machine"), "{script}: {found}");
        }
        for script in [
            "cat > /dev/null; printf compiled",
            // Before it reads anything, and all the while.
            "printf compiled; head -c 10000000 /dev/zero >&2; cat > /dev/null; head -c 10000000 /dev/zero >&2",
            "printf compiled; exec >&-; cat > /dev/null",
            "exec <&-; printf compiled",
        ] {
            assert_eq!(of(script).unwrap().unwrap(), b"compiled", "{script}");
        }
    }

    /// That of the program is long, and these would take as long as they may.
    #[test]
    fn a_process_that_does_not_end_is_ended_whatever_it_is_busy_with() {
        for script in [
            "kill -STOP $$",
            "exec sleep 1000000",
            "cat > /dev/null; exec sleep 1000000",
            "printf compiled; exec sleep 1000000",
            "printf compiled; exec >&-; kill -STOP $$",
            "exec <&- >&-; exec sleep 1000000",
            "exec cat /dev/zero >&2",
            "trap '' TERM; while :; do :; done",
        ] {
            let mut command = Command::new("/bin/sh");
            command.args(["-c", script]);
            let fault = ask(command, &[0; 1 << 20], Duration::from_secs(1)).unwrap_err().to_string();
            assert!(fault.contains("not ended within 1 seconds"), "{script}: {fault}");
        }
    }
}
