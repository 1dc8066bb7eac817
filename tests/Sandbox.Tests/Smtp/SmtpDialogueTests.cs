using System.Net;
using System.Text;
using CsCheck;
using EmailVerify.Sandbox.Counting;
using EmailVerify.Sandbox.Personas;
using EmailVerify.Sandbox.Smtp;

namespace EmailVerify.Sandbox.Tests.Smtp;

public sealed class SmtpDialogueTests
{
    [Fact]
    public void Answer_WhateverIsSaid_IsAReply()
    {
        string[] beginnings = ["EHLO ", "HELO ", "MAIL ", "MAIL FROM:<", "RCPT TO:<", "RCPT TO:", "STARTTLS", "NOOP ", "RSET", "VRFY ", ""];
        string[] ends = ["", ">", "@a.test>", "> SMTPUTF8"];
        var line = Gen.Select(Gen.Int[0, beginnings.Length - 1], Gen.Byte.Array[0, 60], Gen.Int[0, ends.Length - 1], (begin, middle, end) =>
            (byte[])[.. Encoding.ASCII.GetBytes(beginnings[begin]), .. middle, .. Encoding.ASCII.GetBytes(ends[end])]);

        line.Array[1, 12].Sample(lines =>
        {
            var dialogue = Begin(new ServerScript());
            return lines.All(said => dialogue.Answer(said, isPipelined: false, out _).Reply is { Code: >= 200 and < 600 });
        });
    }

    [Fact]
    public void Secure_ForgetsWhatWasSaidBefore()
    {
        var dialogue = Begin(new ServerScript());
        dialogue.Answer("EHLO a.test"u8, isPipelined: false, out _);
        dialogue.Answer("MAIL FROM:<x@a.test>"u8, isPipelined: false, out _);

        dialogue.Secure();

        Assert.Equal((null, null, true), (dialogue.Helo, dialogue.Sender, dialogue.IsSecure));
    }

    [Fact]
    public void NumberOf_ANameWithANumber_IsThatNumber()
    {
        var names = new NumberedNames("d{N}.load.test", 5_000);

        Gen.Int[1, 5_000].Sample(number => names.NumberOf(names.NameOf(number)) == number);
        Assert.All(
            (string[])["d0.load.test", "d5001.load.test", "d01.load.test", "d.load.test", "d-1.load.test", "d1x.load.test", "dü.load.test", ""],
            name => Assert.Null(names.NumberOf(name)));
    }

    private static SmtpDialogue Begin(ServerScript script)
    {
        var clock = TimeProvider.System;
        var ready = new HostScript(script, tls: true);
        var persona = new Persona { Name = "a", About = "", Domains = [new PersonaDomain { Name = "a.test" }] };
        var host = new SmtpHost("mx.a.test", IPAddress.Loopback, ready, new PersonaRecipients(persona, ready, clock), provider: null, counters: null, clock);
        return new SmtpDialogue(host, "127.0.0.1", "1", new SessionTally(new CounterSet(clock), provider: null, host: null), TimeSpan.Zero);
    }
}
