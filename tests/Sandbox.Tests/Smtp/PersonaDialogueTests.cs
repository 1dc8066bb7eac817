using System.Net.Sockets;

namespace EmailVerify.Sandbox.Tests.Smtp;

/// <summary>Asks about the examples as a plain client does, and holds what the hosts say against what the personas promise.</summary>
public sealed class PersonaDialogueTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private static readonly string[] PlainReasons = ["accepted_email", "rejected_email", "mailbox_full", "mailbox_disabled", "accept_all", "smtputf8_unsupported", "disposable"];

    public static TheoryData<string, string> Examples()
    {
        var data = new TheoryData<string, string>();
        foreach (var example in SandboxInternet.Personas.SelectMany(persona => persona.Examples))
        {
            if (PlainReasons.Contains(example.Reason, StringComparer.Ordinal) && !example.Retried && example.Or.Count == 0)
                data.Add(example.Address, example.Reason);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task Example_AskedOverTls_IsAnsweredAsPromised(string address, string reason)
    {
        var reply = await AskAsync(address, attemptTls: !IsBrokenTls(address));

        var code = int.Parse(reply[..3], System.Globalization.CultureInfo.InvariantCulture);
        int[] expected = reason switch
        {
            "accepted_email" or "disposable" => [250, 251],
            "accept_all" => [250, 252],
            "mailbox_full" => [452, 552],
            "smtputf8_unsupported" => [553],
            _ => [550, 551, 552, 554],
        };
        Assert.Contains(code, expected);
    }

    private static bool IsBrokenTls(string address) => address.Contains("@tls-garbage", StringComparison.Ordinal) || address.Contains("@tls-cut", StringComparison.Ordinal);

    private async Task<string> AskAsync(string address, bool attemptTls)
    {
        var domain = new System.Globalization.IdnMapping().GetAscii(address.Split('@')[1]);
        address = $"{address.Split('@')[0]}@{domain}";
        var reply = "";
        foreach (var host in await ExchangersAsync(domain))
        {
            if (fixture.Sandbox.AddressOf(host) is not { } ip)
                continue;
            try
            {
                using var client = await SmtpTestClient.ConnectAsync(new(ip, fixture.Sandbox.SmtpPort));
                if (!(await client.ReadAsync()).StartsWith("220", StringComparison.Ordinal))
                    continue;
                var ehlo = await client.AskAsync("EHLO probe.sender.test");
                if (!ehlo.StartsWith("250", StringComparison.Ordinal))
                    await client.AskAsync("HELO probe.sender.test");
                if (attemptTls && ehlo.Contains("STARTTLS", StringComparison.Ordinal) && (await client.StartTlsAsync()).StartsWith("220", StringComparison.Ordinal))
                    await client.AskAsync("EHLO probe.sender.test");
                reply = await client.RcptAsync(address);
                if (!reply.Contains("elay", StringComparison.Ordinal))
                    return reply;
            }
            catch (SocketException)
            {
                // This exchanger is dead: the next.
            }
        }

        return reply;
    }

    private async Task<IEnumerable<string>> ExchangersAsync(string domain)
    {
        var reply = await DnsTestClient.TcpAsync(fixture.Sandbox, domain, DnsTestClient.Mx);
        var named = reply.Exchangers.Select(mx => mx.Split(' ')).OrderBy(mx => int.Parse(mx[0], System.Globalization.CultureInfo.InvariantCulture)).Select(mx => mx[1]).ToList();
        if (named.Count == 0)
            return [domain];
        var alias = (await DnsTestClient.TcpAsync(fixture.Sandbox, named[0], DnsTestClient.A)).Answers.FirstOrDefault(record => record.Type == 5);
        return alias is null ? named : [alias.Value];
    }
}
