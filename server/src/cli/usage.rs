//! clap speaks English; the operator's shell speaks Chinese.

use std::process::ExitCode;

use clap::{
    Command, Error,
    error::{ContextKind, ContextValue, ErrorKind},
};

/// Usage and configuration errors, as against what could not be done.
pub const STATUS: u8 = 2;

const TEMPLATE: &str = "{about}\n\n用法：{usage}\n\n{all-args}";

/// The same command, its help with Chinese headings, down to the last subcommand.
pub fn in_chinese(command: Command) -> Command {
    command
        .help_template(TEMPLATE)
        .subcommand_help_heading("命令")
        .subcommand_value_name("命令")
        .disable_help_flag(true)
        .disable_version_flag(true)
        .mut_args(|arg| arg.help_heading("选项"))
        .mut_subcommands(in_chinese)
}

/// Prints help or what was wrong; the status to end with.
pub fn explain(error: &Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            say!("{}", help(error));
            ExitCode::SUCCESS
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            eprintln!("{}", help(error));
            ExitCode::from(STATUS)
        }
        _ => {
            eprintln!("{}用 linli --help 查看用法。", sentence(error));
            ExitCode::from(STATUS)
        }
    }
}

/// clap writes one word of its own into the line of usage.
fn help(error: &Error) -> String {
    error
        .render()
        .to_string()
        .replace("[OPTIONS]", "[选项]")
        .trim_end()
        .to_owned()
}

fn sentence(error: &Error) -> String {
    let named = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(" "),
        _ => String::new(),
    };
    let argument = named(ContextKind::InvalidArg);
    let value = named(ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::UnknownArgument => format!("没有“{argument}”这个参数。"),
        ErrorKind::InvalidSubcommand => format!("没有“{}”这个命令。", named(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingRequiredArgument => format!("缺少 {argument}。"),
        ErrorKind::InvalidValue if value.is_empty() => format!("{argument} 后面缺少内容。"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let reason = std::error::Error::source(error)
                .map(|source| format!("：{source}"))
                .unwrap_or_default();
            format!("{argument} 不能是“{value}”{reason}。")
        }
        ErrorKind::ArgumentConflict => format!("{argument} 不能这样一起用或重复。"),
        _ => "参数不对。".to_owned(),
    }
}
