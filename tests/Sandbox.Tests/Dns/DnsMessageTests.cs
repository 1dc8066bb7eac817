using CsCheck;
using EmailVerify.Sandbox.Dns;

namespace EmailVerify.Sandbox.Tests.Dns;

public sealed class DnsMessageTests
{
    [Fact]
    public void Read_WhateverComes_StaysInsideTheMessage() =>
        Gen.Byte.Array[0, 600].Sample(message =>
        {
            var fault = DnsMessage.Read(message, out var question);
            return fault is not DnsCode.NoError || (question.Name.Length <= 255 && question.QuestionLength + DnsMessage.HeaderLength <= message.Length);
        });

    [Fact]
    public void Read_ItsOwnQuery_FindsTheNameTypeAndSize()
    {
        var fault = DnsMessage.Read(DnsTestClient.Query("Mail.Example", DnsTestClient.Mx, id: 7, ednsSize: 1_000), out var question);

        Assert.Equal(DnsCode.NoError, fault);
        Assert.Equal(((ushort)7, "mail.example", DnsType.Mx, 1_000, true), (question.Id, question.Name, question.Type, question.UdpSize, question.HasOpt));
    }

    [Fact]
    public void Read_AnAnswer_DeservesNone()
    {
        var query = DnsTestClient.Query("mail.example", DnsTestClient.Mx);
        query[2] |= 0x80;

        Assert.Null(DnsMessage.Read(query, out _));
    }
}
