using System.Text;
using System.Text.Json;
using EmailVerify.Sandbox.Personas;

namespace EmailVerify.Sandbox.Tests.Personas;

public sealed class PersonaTests
{
    [Fact]
    public void Personas_CoverEveryAnswerThatARealNetworkCanGive()
    {
        var given = SandboxInternet.Personas.SelectMany(persona => persona.Examples).Select(example => example.Reason).ToHashSet(StringComparer.Ordinal);

        Assert.True(SandboxInternet.Personas.Count >= 80);
        Assert.Superset(
            new HashSet<string>(StringComparer.Ordinal)
            {
                "accepted_email", "accept_all", "rejected_email", "mailbox_disabled", "mailbox_full", "invalid_domain", "null_mx", "invalid_email",
                "smtputf8_unsupported", "disposable", "address_literal", "dns_error", "unexpected_reply", "blocked_by_policy", "rate_limited", "greylisted",
                "temporary_failure", "no_connect", "timeout",
            },
            given);
    }

    [Fact]
    public void Example_IsAtADomainOfItsPersona() =>
        Assert.All(
            SandboxInternet.Personas.Where(persona => persona.Domains.Count > 0).SelectMany(persona => persona.Examples.Select(example => (persona, example))),
            pair => Assert.Contains(
                pair.persona.Domains,
                domain => new System.Globalization.IdnMapping().GetAscii(pair.example.Address.Split('@')[1]).EndsWith(domain.Name, StringComparison.Ordinal)));

    [Fact]
    public void LeastRcpts_WhereAnybodyIsAskedAtAll_IsOneAnExampleAtLeast() =>
        Assert.All(SandboxInternet.Personas.Where(persona => persona.LeastRcpts > 0), persona => Assert.True(persona.LeastRcpts >= persona.Examples.Count, persona.Name));

    [Fact]
    public void Check_ListsAllFaults()
    {
        Persona Named(string name, params Example[] examples) => new()
        {
            Name = name,
            About = "",
            Hosts = [new PersonaHost { Name = "mx.twice.test" }],
            Domains = [new PersonaDomain { Name = "twice.test", Mx = ["high mx.twice.test"] }],
            Examples = examples,
        };

        var fault = Assert.Throws<InvalidDataException>(() => PersonaReader.Check(
        [
            Named("twin", new Example { Address = "a@twice.test", Status = "undeliverable", Reason = "rejected_email", Exists = true }),
            Named("twin", new Example { Address = "b@twice.test", Status = "risky", Reason = "rejected_email" }),
        ]));

        Assert.All(
            (string[])["persona twin is there twice", "host mx.twice.test is there twice", "domain twice.test is there twice", "no MX record: high mx.twice.test",
                "a@twice.test: exists, so it cannot be undeliverable", "b@twice.test: no such answer: risky/rejected_email"],
            expected => Assert.Contains(expected, fault.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""[{"name":"a","about":"b","colour":"red"}]""")]
    [InlineData("""[{"name":"a"}]""")]
    [InlineData("""[{"name":"a","about":"b","server":{"banner":7}}]""")]
    [InlineData("""[{"name":"a","about":"b","server":{"tls":"sometimes"}}]""")]
    [InlineData("null")]
    public void Read_AnotherShape_IsRefused(string json) =>
        Assert.Throws<JsonException>(() => PersonaReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(json))));

    [Fact]
    public void Read_AReply_IsATextOrAnObject()
    {
        var personas = PersonaReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(
            """[{"name":"a","about":"b","server":{"banner":"220 x","mail":{"text":"421 y","then":"cutMidLine","pieces":"octets","pause":3,"delay":4}}}]""")));

        var server = personas[0].Server;
        Assert.Equal((new ScriptedReply("220 x"), 220), (server.Banner, server.Banner.Code));
        Assert.Equal(new ScriptedReply("421 y") { Then = AfterReply.CutMidLine, Pieces = Pieces.Octets, Pause = 3, Delay = 4 }, server.Mail);
    }

    [Theory]
    [InlineData("deliverable", "accepted_email", true)]
    [InlineData("unknown", "timeout", true)]
    [InlineData("unknown", "greylisted", false)]
    [InlineData("risky", "accepted_email", false)]
    public void Accepts_ItsAnswerAndTheAlternatives(string status, string reason, bool expected) =>
        Assert.Equal(
            expected,
            new Example { Address = "a@b.test", Status = "deliverable", Reason = "accepted_email", Or = ["unknown/timeout"] }.Accepts(status, reason));
}
