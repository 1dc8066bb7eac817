using System.Net;

namespace EmailVerify.Scenarios.Servers;

/// <summary>Debian's Postfix with postgrey.</summary>
/// <remarks>
/// <c>postfix.test</c>: alice exists, <c>full</c> is over its quota, <c>disabled</c> is closed. <c>all.test</c> accepts everything.
/// <c>grey.test</c>: alice exists, strangers are put off for two seconds. Any other domain is refused as a relay; <c>relay.test</c> points here all the same.
/// </remarks>
public sealed class PostfixServer() : MailServer("postfix")
{
    private ServerProcess? postgrey;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Log => File.ReadAllLines(Files["mail.log"]);

    private protected override async Task<ServerProcess?> StartAsync()
    {
        var greyPort = Ports.Free();
        WriteConfiguration(greyPort);
        await MakeCertificateAsync(Files["etc/key.pem"], Files["etc/cert.pem"]);
        await ServerProcess.RunAsync("chown", "postfix", Files.Make("data"), Files.Make("grey"));
        postgrey = ServerProcess.Start(
            "postgrey", [Invariant($"--inet=127.0.0.1:{greyPort}"), "--delay=2", $"--dbdir={Files["grey"]}", "--user=postfix", "--group=postfix"]);
        Name("postfix.test", "all.test", "grey.test", "relay.test");
        await ServerProcess.RunAsync("postfix", "-c", Files["etc"], "start");
        await Ports.OpenAsync(IPAddress.Loopback, greyPort, TestContext.Current.CancellationToken);
        return null;
    }

    private protected override async Task StopAsync()
    {
        await ServerProcess.RunAsync("postfix", "-c", Files["etc"], "stop");
        if (postgrey is not null)
            await postgrey.DisposeAsync();
    }

    private void WriteConfiguration(int greyPort)
    {
        _ = Files.Make("etc");
        _ = Files.Make("queue");
        File.WriteAllText(Files["etc/main.cf"], Invariant($$"""
            compatibility_level = 3.6
            queue_directory = {{Files["queue"]}}
            data_directory = {{Files["data"]}}
            mail_owner = postfix
            setgid_group = postdrop
            myhostname = {{Dnsmasq.Exchanger}}
            mydestination =
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            maillog_file = {{Files["mail.log"]}}
            maillog_file_prefixes = {{Files.Path}}
            smtpd_tls_security_level = may
            smtpd_tls_cert_file = {{Files["etc/cert.pem"]}}
            smtpd_tls_key_file = {{Files["etc/key.pem"]}}
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
        File.WriteAllText(Files["etc/master.cf"], Invariant($"""
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
}
