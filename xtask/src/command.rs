//! Child processes that never outlive this one.
//!
//! Each child leads a process group of its own. An interrupt reaches only this program, which passes it on to every
//! group and then lets its own destructors run: a database is stopped, a temporary folder removed.

use std::{
    io::Read,
    os::unix::process::CommandExt,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Error, Result, anyhow, bail};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::disk;

static CHILDREN: Mutex<Vec<u32>> = Mutex::new(Vec::new());
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Somebody pressed Ctrl-C, or a supervisor wants an end.
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// How long children may take to end before they are killed.
const PATIENCE: Duration = Duration::from_secs(10);

/// Installs the handler for SIGINT, SIGTERM and SIGHUP.
pub fn end_children_on_signals() {
    let installed = ctrlc::set_handler(|| {
        // Whoever asks twice does not want to wait.
        let again = INTERRUPTED.swap(true, Ordering::SeqCst);
        signal_all(if again { Signal::KILL } else { Signal::TERM });
        std::thread::spawn(|| {
            std::thread::sleep(PATIENCE);
            signal_all(Signal::KILL);
        });
    });
    if let Err(error) = installed {
        eprintln!("不能接管中断信号：{error}");
    }
}

fn signal_all(with: Signal) {
    for child in CHILDREN.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        signal(*child, with);
    }
}

fn signal(child: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(child).ok().and_then(Pid::from_raw) {
        // The group may have ended by itself in the meantime.
        let _gone = kill_process_group(pid, signal);
    }
}

/// A running child; ended when dropped.
pub struct Running {
    child: Child,
    name: String,
}

impl Running {
    /// Waits for the child to end by itself.
    ///
    /// # Errors
    /// The waiting fails, or an interrupt came.
    pub fn wait(&mut self) -> Result<ExitStatus> {
        let status = self
            .child
            .wait()
            .with_context(|| format!("等待 {} 结束时出错", self.name))?;
        forget(self.child.id());
        if interrupted() {
            bail!("已中断");
        }
        Ok(status)
    }

    /// The status, if it has ended already.
    ///
    /// # Errors
    /// The system cannot tell.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Sends `with` and waits for [`PATIENCE`]; what still runs then is killed.
    pub fn end(&mut self, with: Signal) {
        signal(self.child.id(), with);
        let patience = Instant::now() + PATIENCE;
        while Instant::now() < patience {
            if !matches!(self.child.try_wait(), Ok(None)) {
                forget(self.child.id());
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        signal(self.child.id(), Signal::KILL);
        let _ended = self.child.wait();
        forget(self.child.id());
    }

    pub fn stdout(&mut self) -> Option<std::process::ChildStdout> {
        self.child.stdout.take()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.end(Signal::TERM);
        }
        forget(self.child.id());
    }
}

fn forget(child: u32) {
    CHILDREN
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .retain(|c| *c != child);
}

/// Starts a child in a process group of its own, with nothing on its standard input.
///
/// # Errors
/// The program cannot be started, or an interrupt came before.
pub fn start(command: &mut Command) -> Result<Running> {
    if interrupted() {
        bail!("已中断");
    }
    let name = command.get_program().to_string_lossy().into_owned();
    let child = command
        .stdin(Stdio::null())
        .process_group(0)
        .spawn()
        .with_context(|| format!("不能启动 {name}：请检查它是否已安装。"))?;
    CHILDREN
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(child.id());
    Ok(Running { child, name })
}

/// Runs to the end, with its output on standard error.
///
/// # Errors
/// The program cannot be started, or it ends with a status other than 0.
pub fn run(command: &mut Command) -> Result<()> {
    let status = status(command)?;
    if !status.success() {
        return Err(failure(command, status, "，原因见上面的输出。"));
    }
    Ok(())
}

/// Runs to the end, with its output on standard error, and gives the status.
///
/// # Errors
/// The program cannot be started.
pub fn status(command: &mut Command) -> Result<ExitStatus> {
    command.stdout(std::io::stderr());
    start(command)?.wait()
}

/// Runs to the end and shows what it wrote only if it fails: for programs that talk about what is of no concern.
///
/// # Errors
/// The program cannot be started, or it ends with a status other than 0.
pub fn quiet(command: &mut Command) -> Result<()> {
    let mut child = start(command.stdout(std::io::stderr()).stderr(Stdio::piped()))?;
    let mut text = String::new();
    if let Some(mut errors) = child.child.stderr.take() {
        errors.read_to_string(&mut text)?;
    }
    let status = child.wait()?;
    if !status.success() {
        eprint!("{text}");
        return Err(failure(command, status, "，原因见上面的输出。"));
    }
    Ok(())
}

/// Runs to the end and gives what it wrote to standard output; standard error passes through.
///
/// # Errors
/// The program cannot be started, or it ends with a status other than 0.
pub fn output(command: &mut Command) -> Result<String> {
    let mut child = start(command.stdout(Stdio::piped()))?;
    let mut text = String::new();
    if let Some(mut out) = child.stdout() {
        out.read_to_string(&mut text)?;
    }
    let status = child.wait()?;
    if !status.success() {
        return Err(failure(command, status, ""));
    }
    Ok(text)
}

/// Like [`output`], for asking whether something is there at all: no error, no noise.
pub fn asked(command: &mut Command) -> Option<String> {
    output(command.stderr(Stdio::null()))
        .ok()
        .map(|text| text.trim().to_owned())
}

/// Why a child did not succeed, as far as can be told from here.
fn failure(command: &Command, status: ExitStatus, more: &str) -> Error {
    if let Some(full) = disk::full() {
        return full.into();
    }
    anyhow!("{} 没有成功（{status}）{more}", spoken(command))
}

/// The program with its arguments, as one would type it.
fn spoken(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|a| a.to_string_lossy().into_owned()));
    words.join(" ")
}
