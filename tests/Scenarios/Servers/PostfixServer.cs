using System.Globalization;
using System.Net;

namespace EmailVerify.Scenarios.Servers;

/// <summary>Debian's Postfix with postgrey, and dnsmasq to name it: real parts, on free ports and in a folder of their own.</summary>
/// <remarks>
/// <c>postfix.test</c>: alice exists, <c>full</c> is over its quota, <c>disabled</c> is closed. <c>all.test</c> accepts everything.
/// <c>grey.test</c>: alice exists, strangers are put off for two seconds. Any other domain is refused as a relay; <c>relay.test</c> points here all the same.
/// </remarks>
public sealed class PostfixServer : IAsyncLifetime
{
    private readonly Folder folder = new("postfix");
    private ServerProcess? postgrey;
    private ServerProcess? dnsmasq;

    /// <summary>Gets the port that Postfix listens on, at 127.0.0.1.</summary>
    public int SmtpPort { get; } = Ports.Free();

    /// <summary>Gets the port that dnsmasq answers on, at 127.0.0.1.</summary>
    public int DnsPort { get; } = Ports.Free();

    /// <summary>Gets what Postfix has logged.</summary>
    public string Log => File.ReadAllText(folder["mail.log"]);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        var greyPort = Ports.Free();
        WriteConfiguration(greyPort);
        await ServerProcess.RunAsync(
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder["etc/key.pem"], "-out", folder["etc/cert.pem"], "-days", "30", "-subj", "/CN=mx.postfix.test");
        await ServerProcess.RunAsync("chown", "postfix", folder.Make("data"), folder.Make("grey"));
        postgrey = ServerProcess.Start(
            "postgrey", [Invariant($"--inet=127.0.0.1:{greyPort}"), "--delay=2", $"--dbdir={folder["grey"]}", "--user=postfix", "--group=postfix"]);
        dnsmasq = ServerProcess.Start("dnsmasq", [
            "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--bind-interfaces", "--listen-address=127.0.0.1",
            Invariant($"--port={DnsPort}"), "--local=/test/", "--host-record=mx.postfix.test,127.0.0.1",
            "--mx-host=postfix.test,mx.postfix.test,10", "--mx-host=all.test,mx.postfix.test,10", "--mx-host=grey.test,mx.postfix.test,10", "--mx-host=relay.test,mx.postfix.test,10"]);
        await ServerProcess.RunAsync("postfix", "-c", folder["etc"], "start");
        await Ports.OpenAsync(IPAddress.Loopback, greyPort, CancellationToken.None);
        await Ports.OpenAsync(IPAddress.Loopback, SmtpPort, CancellationToken.None);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ServerProcess.RunAsync("postfix", "-c", folder["etc"], "stop");
        if (postgrey is not null)
            await postgrey.DisposeAsync();
        if (dnsmasq is not null)
            await dnsmasq.DisposeAsync();
        folder.Dispose();
    }

    private void WriteConfiguration(int greyPort)
    {
        _ = folder.Make("etc");
        _ = folder.Make("queue");
        File.WriteAllText(folder["etc/main.cf"], Invariant($$"""
            compatibility_level = 3.6
            queue_directory = {{folder["queue"]}}
            data_directory = {{folder["data"]}}
            mail_owner = postfix
            setgid_group = postdrop
            myhostname = mx.postfix.test
            mydestination =
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            maillog_file = {{folder["mail.log"]}}
            maillog_file_prefixes = {{folder.Path}}
            smtpd_tls_security_level = may
            smtpd_tls_cert_file = {{folder["etc/cert.pem"]}}
            smtpd_tls_key_file = {{folder["etc/key.pem"]}}
            smtpd_helo_required = yes
            smtpd_helo_restrictions = reject_non_fqdn_helo_hostname
            virtual_transport = discard:
            virtual_mailbox_domains = postfix.test, grey.test
            virtual_mailbox_maps = inline:{ {alice@postfix.test=x}, {full@postfix.test=x}, {disabled@postfix.test=x}, {alice@grey.test=x} }
            virtual_alias_domains = all.test
            virtual_alias_maps = inline:{ {@all.test=alice@postfix.test} }
            smtpd_restriction_classes = grey
            grey = check_policy_service inet:127.0.0.1:{{greyPort}}
            smtpd_recipient_restrictions = reject_unauth_destination,
                check_recipient_access inline:{ {full@postfix.test=552 5.2.2 The mailbox is over its quota}, {disabled@postfix.test=550 5.2.1 This account is disabled}, {grey.test=grey} }

            """));
        File.WriteAllText(folder["etc/master.cf"], Invariant($"""
            127.0.0.1:{SmtpPort} inet n - n - 50 smtpd
            cleanup unix n - n - 0 cleanup
            rewrite unix - - n - - trivial-rewrite
            bounce unix - - n - 0 bounce
            defer unix - - n - 0 bounce
            trace unix - - n - 0 bounce
            verify unix - - n - 1 verify
            qmgr unix n - n 300 1 qmgr
            proxymap unix - - n - - proxymap
            anvil unix - - n - 1 anvil
            tlsmgr unix - - n 1000? 1 tlsmgr
            discard unix - - n - - discard
            error unix - - n - - error
            postlog unix-dgram n - n - 1 postlogd

            """));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
