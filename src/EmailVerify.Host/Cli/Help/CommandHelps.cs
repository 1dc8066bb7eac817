using System.Collections.Frozen;

namespace EmailVerify.Host.Cli.Help;

/// <summary>What the help of each command says, by the words that call it; the executable itself by none.</summary>
internal static class CommandHelps
{
    private const string WrongLine = "The command line is wrong.";
    private const string WrongGiven = "The command line or a setting is wrong.";
    private const string FolderInUse = "The data folder is in use by another process.";
    private const string FolderUnusable = "The data folder cannot be used.";

    /// <summary>Gets them all.</summary>
    public static FrozenDictionary<string, CommandHelp> All { get; } = new Dictionary<string, CommandHelp>(StringComparer.Ordinal)
    {
        [string.Empty] = new()
        {
            Usages = ["emailverify [COMMAND] [options]"],
            More = "Without a command it serves.",
            Reads = "settings: appsettings.json beside the executable, the environment (EmailVerify__Smtp__Port), the command line.",
            Writes = "results to standard output; progress and complaints to standard error.",
            Examples =
            [
                ("Try it; nothing leaves the machine", "emailverify verify --sandbox ada.lovelace@gmail.com nobody.at.all.1815@gmail.com"),
                ("A file", "emailverify verify --sandbox --file customers.csv --output results.csv"),
                ("The service, its pages and its API", "emailverify serve --sandbox"),
            ],
            Codes = ExitCodes.All,
        },
        ["serve"] = new()
        {
            Reads = "settings; the data folder.",
            Writes = "its log as JSON lines to standard output; the first key, once, to standard error; the data folder.",
            Examples =
            [
                ("With made-up mail servers", "emailverify serve --sandbox"),
                ("At another place, with a folder of its own", "emailverify serve --urls http://127.0.0.1:5090 --data ./data"),
                ("In earnest: as whom mail servers are asked", "emailverify serve --EmailVerify:Egresses:0:HeloName=probe.example.com --EmailVerify:Egresses:0:MailFrom=probe@example.com"),
            ],
            Codes =
            [
                (ExitCodes.Done, "It was asked to stop, and has."),
                (ExitCodes.Failed, "It cannot start: a port is taken, or the data folder cannot be used."),
                (ExitCodes.Refused, WrongGiven),
                (ExitCodes.FolderInUse, FolderInUse),
            ],
        },
        ["verify"] = new()
        {
            Usages = ["emailverify verify ADDRESS… [options]", "emailverify verify --file F [options]"],
            More = "A file keeps its columns; ours come behind them. Ctrl-C loses nothing: the same command with the same file goes on, and for two days gives the same results again at once. With --sandbox that needs --data.",
            Reads = "the addresses of the command line, or those of the file.",
            Writes = "a row for each to standard output or the file of --output; progress and complaints to standard error.",
            Examples =
            [
                ("Addresses", "emailverify verify --sandbox ada.lovelace@gmail.com full.inbox@gmail.com"),
                ("A file", "emailverify verify --sandbox --file customers.csv --output results.csv"),
                ("Standard input, whose second column has the addresses, for a program", "emailverify verify --sandbox --file - --column 2 --format ndjson < customers.csv"),
                ("By a running service, with the key that EMAILVERIFY_KEY holds", "emailverify verify --file customers.csv --server http://127.0.0.1:5080"),
            ],
            Codes =
            [
                (ExitCodes.Done, "Each address has a verdict; unknown is one."),
                (ExitCodes.Failed, "Some have none: it was stopped, the service was not reached, or the results could not be written."),
                (ExitCodes.Refused, "The command line, a setting or the file is wrong."),
                (ExitCodes.FolderInUse, "The data folder is in use by another process: ask that one with --server."),
            ],
        },
        ["sandbox"] = new()
        {
            More = "A service that is started with the printed settings asks the made-up mail servers as if they were real.",
            Reads = "settings.",
            Writes = "the settings of such a service, a line each, to standard output.",
            Examples =
            [
                ("On free ports", "emailverify sandbox"),
                ("On a known port, and with counters of what was asked", "emailverify sandbox --port 2525 --control http://127.0.0.1:5081"),
            ],
            Codes =
            [
                (ExitCodes.Done, "It was asked to stop, and has."),
                (ExitCodes.Failed, "A port is taken."),
                (ExitCodes.Refused, WrongGiven),
            ],
        },
        ["replies"] = new()
        {
            HasSettings = false,
            Reads = "an object a line: \"stage\" (connect, helo, mail, rcpt …), \"code\", \"enhanced\", \"text\"; \"mx\" and \"id\" if there are any.",
            Writes = "for each line a line with its meaning and the rule that found it; \"error\" where it cannot be read.",
            Examples =
            [
                ("What a bounce means", "echo '{\"stage\":\"rcpt\",\"code\":550,\"enhanced\":\"5.1.1\",\"text\":\"No such user here\"}' | emailverify replies"),
                ("And why", "echo '{\"stage\":\"rcpt\",\"code\":450,\"text\":\"Greylisted, please come back in 300 seconds\"}' | emailverify replies --explain"),
            ],
            Codes = [(ExitCodes.Done, "Each line has its answer."), (ExitCodes.Refused, WrongLine)],
        },
        ["addresses"] = new()
        {
            HasSettings = false,
            Reads = "an object a line: \"input\".",
            Writes = "for each line a line with what the text of the address tells; \"error\" where it cannot be read.",
            Examples =
            [
                ("A slip of the finger", "echo '{\"input\":\"ada@gmial.com\"}' | emailverify addresses"),
                ("A list", "printf '{\"input\":\"%s\"}\\n' ada@example.com ada..lovelace@example.com | emailverify addresses"),
            ],
            Codes = [(ExitCodes.Done, "Each line has its answer."), (ExitCodes.Refused, WrongLine)],
        },
        ["rejudge"] = new()
        {
            More = "No service may run in the folder. Results of batches follow when it is applied.",
            Reads = "what the data folder keeps of each verdict.",
            Writes = "the changes to standard output, their counts to standard error; with --apply the data folder.",
            Examples =
            [
                ("What would change", "emailverify rejudge"),
                ("Change it", "emailverify rejudge --apply"),
                ("Each change since a day, with its address, for a program", "emailverify rejudge --since 2026-11-01 --format ndjson --addresses > changes.ndjson"),
            ],
            Codes =
            [
                (ExitCodes.Done, "All were judged."),
                (ExitCodes.Failed, "A row cannot be read, and stays as it is; or the data folder cannot be used."),
                (ExitCodes.Refused, WrongGiven),
                (ExitCodes.FolderInUse, FolderInUse),
            ],
        },
        ["doctor"] = new()
        {
            More = "It looks at DNS, port 25, the names and block lists of each egress, disk, database and clock, and works also while a service runs in the folder.",
            Reads = "settings; the data folder; DNS; the greeting of a few mail hosts.",
            Writes = "what it found, a check a line, to standard output.",
            Examples =
            [
                ("In the sandbox, whose network is as it should be", "emailverify doctor --sandbox"),
                ("For a program", "emailverify doctor --sandbox --format json"),
                ("By a running service, with the key that EMAILVERIFY_KEY holds", "emailverify doctor --server http://127.0.0.1:5080"),
            ],
            Codes =
            [
                (ExitCodes.Done, "It can verify."),
                (ExitCodes.Failed, "The service cannot be asked."),
                (ExitCodes.Refused, WrongGiven),
                (ExitCodes.Degraded, "It can, and some answers will be worse than they could be."),
                (ExitCodes.Unable, "Nearly every answer would be unknown."),
            ],
        },
        ["keys"] = new()
        {
            More = "They work also while a service runs in the folder.",
            Reads = "the data folder.",
            Writes = "the data folder.",
            Examples =
            [
                ("A key for a form", "emailverify keys create --name 'sign-up form' --scopes verify"),
                ("All keys", "emailverify keys list"),
            ],
            Codes = [(ExitCodes.Done, "Done."), (ExitCodes.Failed, FolderUnusable), (ExitCodes.Refused, WrongGiven)],
        },
        ["keys create"] = new()
        {
            Reads = "the command line.",
            Writes = "the key alone to standard output, its id to standard error; the data folder.",
            Examples =
            [
                ("For a form, which only asks", "emailverify keys create --name 'sign-up form' --scopes verify"),
                ("For the tests of a program, for a month", "emailverify keys create --name 'our tests' --test --expires 30d"),
                ("For an operator, into a file that only you can read", "(umask 077; emailverify keys create --name operator --scopes read,operate,admin > operator.key)"),
            ],
            Codes = [(ExitCodes.Done, "It is made."), (ExitCodes.Failed, FolderUnusable), (ExitCodes.Refused, WrongGiven)],
        },
        ["keys list"] = new()
        {
            Reads = "the data folder.",
            Writes = "a line for each key, the oldest first, to standard output.",
            Examples =
            [
                ("All", "emailverify keys list"),
                ("Those of another folder", "emailverify keys list --data ./data"),
            ],
            Codes = [(ExitCodes.Done, "They are listed."), (ExitCodes.Failed, FolderUnusable), (ExitCodes.Refused, WrongGiven)],
        },
        ["keys revoke"] = new()
        {
            Reads = "the command line.",
            Writes = "the data folder.",
            Examples =
            [
                ("By the id that the list shows", "emailverify keys revoke key_01M86GVNRVEYHRV72HWAW4YR51"),
            ],
            Codes = [(ExitCodes.Done, "It is revoked; it may have been before."), (ExitCodes.Failed, "There is no such key, or the data folder cannot be used."), (ExitCodes.Refused, WrongGiven)],
        },
        ["migrate"] = new()
        {
            More = "Every start does this too; here it is done without one. A newer schema is never brought back: keep a copy of the folder.",
            Reads = "the data folder.",
            Writes = "the data folder.",
            Examples =
            [
                ("The user's own folder", "emailverify migrate"),
                ("Another", "emailverify migrate --data ./data"),
            ],
            Codes =
            [
                (ExitCodes.Done, "It has the newest schema."),
                (ExitCodes.Failed, "The data folder cannot be used, or was made by a newer version."),
                (ExitCodes.Refused, WrongGiven),
                (ExitCodes.FolderInUse, FolderInUse),
            ],
        },
        ["completion"] = new()
        {
            HasSettings = false,
            More = "The script asks the executable what may follow, so it stays true when the executable is replaced.",
            Reads = "nothing.",
            Writes = "a script to standard output.",
            Examples =
            [
                ("For this bash", "source <(emailverify completion bash)"),
                ("For each bash of this user", "emailverify completion bash >> ~/.bashrc"),
                ("For zsh, whose fpath has that folder", "mkdir -p ~/.zfunc && emailverify completion zsh > ~/.zfunc/_emailverify"),
                ("For fish", "mkdir -p ~/.config/fish/completions && emailverify completion fish > ~/.config/fish/completions/emailverify.fish"),
            ],
            Codes = [(ExitCodes.Done, "It is printed."), (ExitCodes.Refused, WrongLine)],
        },
        ["help"] = new()
        {
            HasSettings = false,
            Reads = "nothing.",
            Writes = "to standard output.",
            Examples =
            [
                ("Of a command", "emailverify help verify"),
                ("The same", "emailverify verify --help"),
            ],
            Codes = [(ExitCodes.Done, "It is shown."), (ExitCodes.Refused, "There is no such command.")],
        },
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
