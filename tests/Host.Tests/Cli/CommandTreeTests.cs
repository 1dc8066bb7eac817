using EmailVerify.Core;
using EmailVerify.Core.Customers;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Cli;
using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Tests.Cli;

public sealed class CommandTreeTests
{
    private readonly List<object> calls = [];

    [Theory]
    [InlineData("--EmailVerify:Data", "--sandbox")]
    [InlineData("--EmailVerify:Data")]
    public void Run_ASettingWithoutAValue_IsRefused(params string[] line) =>
        Assert.Contains("--EmailVerify:Data=", Assert.Single(Assert.Throws<OptionsRefusedException>(() => SettingArguments.TakeFrom(line)).Errors), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("serve")]
    public async Task Serve_ByNameOrNone_GetsItsOptions(string command)
    {
        string[] line = ["--sandbox", "--urls", "http://127.0.0.1:0", "--data", "folder", "--EmailVerify:Smtp:Port=2525", "--Logging:LogLevel:Default", "Debug"];
        Assert.Equal(0, (await RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), .. line])).Code);

        var serve = Assert.IsType<ServeArguments>(Assert.Single(calls));
        Assert.Equal(("http://127.0.0.1:0", "folder", true), (serve.Urls, serve.Common.Data, serve.Common.Sandbox));
        Assert.Equal([new("EmailVerify:Smtp:Port", "2525"), new("Logging:LogLevel:Default", "Debug")], serve.Common.Settings);
    }

    [Fact]
    public async Task Verify_Line_IsRead()
    {
        Assert.Equal(0, (await RunAsync("verify", "a@b.example", "c@d.example", "--format", "ndjson", "--sandbox")).Code);
        var verify = Assert.IsType<VerifyArguments>(Assert.Single(calls));
        Assert.Equal(["a@b.example", "c@d.example"], verify.Addresses, StringComparer.Ordinal);
        Assert.Equal((VerifyFormat.Ndjson, true), (verify.Format, verify.Common.Sandbox));
    }

    [Fact]
    public async Task Verify_AFile_IsRead()
    {
        Assert.Equal(0, (await RunAsync("verify", "--file", "-", "--column", "E-Mail", "--output", "out.csv", "--server", "https://verify.example/base", "--key", "k")).Code);
        Assert.Equal(0, (await RunAsync("verify", "--file", "a.csv", "--format", "table")).Code);

        var (verify, table) = (Assert.IsType<VerifyArguments>(calls[0]), Assert.IsType<VerifyArguments>(calls[1]));
        Assert.Equal(("-", "E-Mail", "out.csv", new Uri("https://verify.example/base"), "k"), (verify.File, verify.Column, verify.Output, verify.Server, verify.Key));
        Assert.Empty(verify.Addresses);
        Assert.Equal((VerifyFormat.Csv, VerifyFormat.Table), (verify.Form, table.Form));
    }

    [Fact]
    public async Task Verify_AddressesAfterDashes_MayBeginWithAHyphen()
    {
        Assert.Equal(0, (await RunAsync("verify", "--format", "csv", "a@b.example", "--", "-c@d.example", "--format")).Code);
        var verify = Assert.IsType<VerifyArguments>(Assert.Single(calls));
        Assert.Equal(["a@b.example", "-c@d.example", "--format"], verify.Addresses, StringComparer.Ordinal);
        Assert.Equal(VerifyFormat.Csv, verify.Format);
    }

    [Fact]
    public async Task Sandbox_Line_IsRead()
    {
        Assert.Equal(0, (await RunAsync("sandbox", "--port", "2525", "--control", "http://127.0.0.1:1")).Code);
        Assert.Equal((2525, new Uri("http://127.0.0.1:1")), (Assert.IsType<SandboxArguments>(Assert.Single(calls)) is var sandbox ? sandbox.Port : 0, sandbox.Control));
    }

    [Theory]
    [InlineData("replies")]
    [InlineData("replies --explain")]
    [InlineData("addresses")]
    [InlineData("migrate")]
    [InlineData("keys list")]
    public async Task Command_Simple_IsCalled(string line)
    {
        Assert.Equal(0, (await RunAsync(line.Split(' '))).Code);
        Assert.Equal(line, Assert.Single(calls));
    }

    [Fact]
    public async Task Rejudge_Line_IsRead()
    {
        Assert.Equal(0, (await RunAsync("rejudge")).Code);
        Assert.Equal(0, (await RunAsync("rejudge", "--apply", "--format", "ndjson", "--addresses", "--since", "2026-11-01", "--data", "folder")).Code);
        Assert.Equal(0, (await RunAsync("rejudge", "--since", "2026-11-01T12:00:00+01:00", "--format", "csv")).Code);

        var (plain, all, timed) = (Assert.IsType<RejudgeArguments>(calls[0]), Assert.IsType<RejudgeArguments>(calls[1]), Assert.IsType<RejudgeArguments>(calls[2]));
        Assert.Equal((false, VerifyFormat.Table, null, false), (plain.Apply, plain.Format, plain.Since, plain.ShowsAddresses));
        Assert.Equal((true, VerifyFormat.Ndjson, new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), true), (all.Apply, all.Format, all.Since, all.ShowsAddresses));
        Assert.Equal(("folder", 11), (all.Common.Data, timed.Since?.UtcDateTime.Hour));
    }

    [Fact]
    public async Task Doctor_Line_IsRead()
    {
        Assert.Equal(0, (await RunAsync("doctor", "--sandbox", "--data", "folder")).Code);
        Assert.Equal(0, (await RunAsync("doctor", "--format", "json", "--server", "http://127.0.0.1:5080", "--key", "k")).Code);

        var (here, there) = (Assert.IsType<DoctorArguments>(calls[0]), Assert.IsType<DoctorArguments>(calls[1]));
        Assert.Equal((true, "folder", false, null, null), (here.Common.Sandbox, here.Common.Data, here.IsJson, here.Server, here.Key));
        Assert.Equal((true, new Uri("http://127.0.0.1:5080"), "k"), (there.IsJson, there.Server, there.Key));
    }

    [Fact]
    public async Task KeysCreate_Line_IsAWish()
    {
        Assert.Equal(0, (await RunAsync("keys", "create", "--name", "ci", "--scopes", "read,verify,read", "--test", "--expires", "30d")).Code);
        Assert.Equal(0, (await RunAsync("keys", "create", "--name", "plain")).Code);

        var (wish, plain) = (Assert.IsType<KeyWish>(calls[0]), Assert.IsType<KeyWish>(calls[1]));
        Assert.Equal(["read", "verify"], wish.Scopes, StringComparer.Ordinal);
        Assert.Equal(("ci", true, TimeSpan.FromDays(30)), (wish.Name, wish.IsTest, wish.Lifetime));
        Assert.Equal([Scopes.Verify, Scopes.Read], plain.Scopes, StringComparer.Ordinal);
        Assert.Equal((false, null), (plain.IsTest, plain.Lifetime));
    }

    [Fact]
    public async Task KeysRevoke_Line_HasTheId()
    {
        var id = Id.New("key", TimeProvider.System);
        Assert.Equal(0, (await RunAsync("keys", "revoke", id)).Code);
        Assert.Equal(id, Assert.Single(calls));
    }

    [Theory]
    [InlineData("--sandboxx", "--sandboxx")]
    [InlineData("--sandboxx", "Did you mean --sandbox?")]
    [InlineData("verfy", "\"verfy\" is no command. Did you mean verify?")]
    [InlineData("xyzzy", "\"xyzzy\" is no command.\n")]
    [InlineData("ada@example.com", "emailverify verify ada@example.com")]
    [InlineData("migrate now", "\"now\" is one word too many.")]
    [InlineData("keys", "keys needs a command: create, list, revoke.")]
    [InlineData("keys lst", "Did you mean list?")]
    [InlineData("help kyes", "Did you mean keys?")]
    [InlineData("help egress", "\"egress\" is no command. Words such as egress or accept_all are explained at /help of a running service.")]
    [InlineData("serve --port 5092", "\"--port\" is no option here. Did you mean --urls?")]
    [InlineData("--host=0.0.0.0", "Did you mean --urls?")]
    [InlineData("doctor --port 25", "\"--port\" is no option here.\n")]
    [InlineData("completion tcsh", "SHELL is bash, zsh or fish")]
    [InlineData("keys create --nam x", "\"--nam\" is no option here. Did you mean --name?")]
    [InlineData("verify --ouput=x a@b.example", "Did you mean --output?")]
    [InlineData("verfy --help-me", "Help: emailverify --help\n")]
    [InlineData("sandbox --port abc", "--port must be from 0 to 65535.")]
    [InlineData("verify", "Give addresses")]
    [InlineData("verify --file a.csv a@b.example", "not both")]
    [InlineData("verify --column email a@b.example", "--file")]
    [InlineData("verify --file a.csv --key x", "--server")]
    [InlineData("verify --file a.csv --server localhost:5080", "no address of a service")]
    [InlineData("verify --file a.csv --server http://127.0.0.1:5080 --sandbox", "that one's")]
    [InlineData("verify --file a.csv --server http://127.0.0.1:5080 --data x", "that one's")]
    [InlineData("verify --file", "--file")]
    [InlineData("verify a@b.example --format xml", "xml")]
    [InlineData("verify --ouput x a@b.example", "\"--ouput\" is no option")]
    [InlineData("verify -x -- -a@b.example", "\"-x\" is no option")]
    [InlineData("sandbox --port 70000", "--port")]
    [InlineData("sandbox --control foo", "--control")]
    [InlineData("sandbox --control http://192.0.2.1:1", "--control")]
    [InlineData("sandbox --control https://127.0.0.1:1", "--control")]
    [InlineData("rejudge --since yesterday", "no day")]
    [InlineData("rejudge --format xml", "xml")]
    [InlineData("doctor --format csv", "csv")]
    [InlineData("doctor --key k", "--server")]
    [InlineData("doctor --server http://127.0.0.1:5080 --sandbox", "--sandbox")]
    [InlineData("rejudge --addresses", "ndjson")]
    [InlineData("keys create --name a --scopes ,", "at least one")]
    [InlineData("keys create --name \u0007", "--name must be")]
    [InlineData("keys create", "--name")]
    [InlineData("keys create --name a --scopes all", "\"all\" is no scope")]
    [InlineData("keys create --name a --expires soon", "\"soon\" is no duration")]
    [InlineData("keys revoke mine2", "emailverify keys list shows them")]
    public async Task Line_Wrong_SaysWhatAndDoesNothing(string line, string complaint)
    {
        var (code, _, error) = await RunAsync(line.Split(' '));
        Assert.Equal(ExitCodes.Refused, code);
        Assert.Contains(complaint, error, StringComparison.Ordinal);
        Assert.Empty(calls);
    }

    [Theory]
    [InlineData("mine.csv", true, 2)]
    [InlineData("of mine.csv", true, 2)]
    [InlineData("mine.csv", false, 0)]
    [InlineData("ada@mine.example", true, 0)]
    public async Task Verify_AFileInsteadOfAnAddress_IsRefusedWithTheCommandForIt(string name, bool isThere, int code)
    {
        var folder = Directory.CreateTempSubdirectory("emailverify-cli-").FullName;
        try
        {
            var path = Path.Combine(folder, name);
            if (isThere)
                await File.WriteAllTextAsync(path, "email\n", TestContext.Current.CancellationToken);

            var (exit, _, error) = await RunAsync("verify", path);

            Assert.Equal(code, exit);
            var typed = path.Contains(' ', StringComparison.Ordinal) ? $"\"{path}\"" : path;
            Assert.Equal(code is 2, error.Contains($"is a file. Its addresses are verified with: emailverify verify --file {typed}\n", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("", 2)]
    [InlineData(" ", 2)]
    [InlineData("a", 0)]
    [InlineData("sign-up form, Zürich", 0)]
    public async Task KeysCreate_Name_IsVisible(string name, int code) => Assert.Equal(code, (await RunAsync("keys", "create", "--name", name)).Code);

    [Theory]
    [InlineData(100, 0)]
    [InlineData(101, 2)]
    public async Task KeysCreate_Name_HasAtMost100Characters(int length, int code) =>
        Assert.Equal(code, (await RunAsync("keys", "create", "--name", new string('a', length))).Code);

    [Theory]
    [InlineData("--help", "emailverify [COMMAND] [options]")]
    [InlineData("help", "emailverify [COMMAND] [options]")]
    [InlineData("verify -h --sandbox x y", "emailverify verify ADDRESS…")]
    [InlineData("help verify", "emailverify verify ADDRESS…")]
    [InlineData("help keys create", "emailverify keys create --name NAME [options]")]
    public async Task Help_AskedForInEitherWay_IsShown(string line, string usage)
    {
        var (code, output, error) = await RunAsync(line.Split(' '));
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains($"\nUsage:\n  {usage}", output, StringComparison.Ordinal);
        Assert.Empty(calls);
    }

    [Fact]
    public async Task Version_IsShown() => Assert.Matches(@"^\d+\.\d+\.\d+", (await RunAsync("--version")).Output);

    [Theory]
    [InlineData("[suggest:13]|emailverify v", "verify")]
    [InlineData("[suggest:28]|emailverify verify --format ", "csv,ndjson,table")]
    [InlineData("[suggest:37]|emailverify keys create --scopes oper", "operate")]
    [InlineData("[suggest:23]|emailverify completion z", "zsh")]
    public async Task Suggest_OfALine_SaysWhatMayFollow(string line, string words)
    {
        var output = (await RunAsync(line.Split('|'))).Output.Split(Environment.NewLine);
        Assert.All(words.Split(','), word => Assert.Contains(word, output, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Command_ExitCode_IsTheHandlers() => Assert.Equal(3, (await RunAsync(["replies"], code: 3)).Code);

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] line) => RunAsync(line, code: 0);

    private async Task<(int Code, string Output, string Error)> RunAsync(string[] line, int code)
    {
        Task<int> Called(object call)
        {
            calls.Add(call);
            return Task.FromResult(code);
        }

        var handlers = new CommandHandlers
        {
            Serve = (arguments, _) => Called(arguments),
            Verify = (arguments, _) => Called(arguments),
            Sandbox = (arguments, _) => Called(arguments),
            Replies = (explains, _) => Called(explains ? "replies --explain" : "replies"),
            Addresses = _ => Called("addresses"),
            Rejudge = (arguments, _) => Called(arguments),
            Doctor = (arguments, _) => Called(arguments),
            Migrate = (_, _) => Called("migrate"),
            CreateKey = (_, wish, _) => Called(wish),
            ListKeys = (_, _) => Called("keys list"),
            RevokeKey = (_, id, _) => Called(id),
        };
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = await CommandTree.RunAsync(line, handlers, output, error, TestContext.Current.CancellationToken);
        return (exit, output.ToString(), error.ToString());
    }
}
