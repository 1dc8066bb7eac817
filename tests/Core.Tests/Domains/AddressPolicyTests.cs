using System.Net;
using CsCheck;
using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Tests.Domains;

public sealed class AddressPolicyTests
{
    [Theory]
    [InlineData("8.8.8.8", AddressKind.Public)]
    [InlineData("2a00:1450::1", AddressKind.Public)]
    [InlineData("::ffff:8.8.8.8", AddressKind.Public)]
    [InlineData("64:ff9b::808:808", AddressKind.Public)]
    [InlineData("127.0.0.1", AddressKind.Loopback)]
    [InlineData("127.255.255.254", AddressKind.Loopback)]
    [InlineData("::1", AddressKind.Loopback)]
    [InlineData("::ffff:127.0.0.1", AddressKind.Loopback)]
    [InlineData("64:ff9b::7f00:1", AddressKind.Loopback)]
    [InlineData("0.0.0.0", AddressKind.Unspecified)]
    [InlineData("::", AddressKind.Unspecified)]
    [InlineData("::ffff:0.0.0.0", AddressKind.Unspecified)]
    [InlineData("0.1.2.3", AddressKind.Reserved)]
    [InlineData("10.255.255.255", AddressKind.Private)]
    [InlineData("172.16.0.1", AddressKind.Private)]
    [InlineData("172.31.255.255", AddressKind.Private)]
    [InlineData("172.32.0.0", AddressKind.Public)]
    [InlineData("192.168.1.1", AddressKind.Private)]
    [InlineData("100.64.0.1", AddressKind.Private)]
    [InlineData("100.128.0.1", AddressKind.Public)]
    [InlineData("::ffff:10.0.0.1", AddressKind.Private)]
    [InlineData("64:ff9b::a00:1", AddressKind.Private)]
    [InlineData("fd12::1", AddressKind.Private)]
    [InlineData("fec0::1", AddressKind.Private)]
    [InlineData("169.254.169.254", AddressKind.LinkLocal)]
    [InlineData("::ffff:169.254.169.254", AddressKind.LinkLocal)]
    [InlineData("fe80::1%2", AddressKind.LinkLocal)]
    [InlineData("192.0.0.8", AddressKind.Reserved)]
    [InlineData("192.0.2.1", AddressKind.Reserved)]
    [InlineData("192.88.99.1", AddressKind.Reserved)]
    [InlineData("198.19.255.255", AddressKind.Reserved)]
    [InlineData("198.51.100.1", AddressKind.Reserved)]
    [InlineData("203.0.113.1", AddressKind.Reserved)]
    [InlineData("240.0.0.1", AddressKind.Reserved)]
    [InlineData("255.255.255.255", AddressKind.Reserved)]
    [InlineData("224.0.0.1", AddressKind.Multicast)]
    [InlineData("ff02::1", AddressKind.Multicast)]
    [InlineData("::10.0.0.1", AddressKind.Reserved)]
    [InlineData("64:ff9b:1::1", AddressKind.Reserved)]
    [InlineData("100::1", AddressKind.Reserved)]
    [InlineData("2001:db8::1", AddressKind.Reserved)]
    [InlineData("3fff::1", AddressKind.Reserved)]
    [InlineData("2002:a00:1::1", AddressKind.Reserved)]
    [InlineData("2002:808:808::1", AddressKind.Reserved)]
    [InlineData("2001:0:4136:e378::1", AddressKind.Reserved)]
    [InlineData("4000::1", AddressKind.Reserved)]
    public void Kind_OfAnAddress_IsByTheRegistries(string text, AddressKind kind)
    {
        var address = IPAddress.Parse(text);

        Assert.Equal(kind, AddressKinds.Of(address));
        Assert.Equal(kind is AddressKind.Public, AddressPolicy.PublicOnly.Allows(address));
    }

    [Fact]
    public void Kind_OfAnIpv4Address_IsTheSameHoweverItIsWrapped() =>
        Gen.UInt.Sample(number =>
        {
            var octets = BitConverter.GetBytes(number);
            var plain = new IPAddress(octets);
            var nat64 = new IPAddress([0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, .. octets]);
            return AddressKinds.Of(plain) == AddressKinds.Of(plain.MapToIPv6()) && AddressKinds.Of(plain) == AddressKinds.Of(nat64);
        });

    [Fact]
    public void Allows_EveryListedNetwork_FirstAndLastAddressRefused() =>
        Assert.All(AddressKinds.NotPublic, row =>
        {
            Assert.False(AddressPolicy.PublicOnly.Allows(row.Network.BaseAddress));
            var last = row.Network.BaseAddress.GetAddressBytes();
            for (var bit = row.Network.PrefixLength; bit < last.Length * 8; bit++)
                last[bit / 8] |= (byte)(0x80 >> (bit % 8));
            Assert.False(AddressPolicy.PublicOnly.Allows(new IPAddress(last)));
        });

    [Theory]
    [InlineData(null, "8.8.8.8", true)]
    [InlineData("", "10.0.0.1", false)]
    [InlineData("false", "10.0.0.1", false)]
    [InlineData("true", "10.0.0.1", true)]
    [InlineData("true", "127.0.0.1", true)]
    [InlineData("true", "203.0.113.1", true)]
    [InlineData("true", "::ffff:10.0.0.1", true)]
    [InlineData("true", "169.254.169.254", false)]
    [InlineData("true", "0.0.0.0", false)]
    [InlineData("true", "224.0.0.1", false)]
    [InlineData("127.0.0.0/8, 10.1.0.0/16", "127.0.0.9", true)]
    [InlineData("127.0.0.0/8, 10.1.0.0/16", "10.1.2.3", true)]
    [InlineData("127.0.0.0/8, 10.1.0.0/16", "10.2.0.1", false)]
    [InlineData("127.0.0.0/8, 10.1.0.0/16", "8.8.8.8", true)]
    [InlineData("169.254.0.0/16", "169.254.1.1", true)]
    [InlineData("0.0.0.0/0", "0.0.0.0", false)]
    public void Allows_BySetting_OnlyWhatItNames(string? setting, string address, bool allowed)
    {
        Assert.True(AddressPolicy.TryParse(setting, out var policy));

        Assert.Equal(allowed, policy.Allows(IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("127.0.0.1")]
    [InlineData("10.0.0.0/8,")]
    public void TryParse_WithoutMeaning_IsRefused(string setting) => Assert.False(AddressPolicy.TryParse(setting, out _));

    [Fact]
    public void Allows_OwnEgressAddress_NotUnlessLoopback()
    {
        var policy = AddressPolicy.PrivateToo.Refusing([IPAddress.Parse("9.9.9.9"), IPAddress.Parse("10.0.0.5"), IPAddress.Loopback]);

        Assert.False(policy.Allows(IPAddress.Parse("9.9.9.9")));
        Assert.False(policy.Allows(IPAddress.Parse("::ffff:9.9.9.9")));
        Assert.False(policy.Allows(IPAddress.Parse("10.0.0.5")));
        Assert.True(policy.Allows(IPAddress.Parse("10.0.0.6")));
        Assert.True(policy.Allows(IPAddress.Loopback));
    }

    [Fact]
    public void WithoutPublic_PublicAddress_IsRefused()
    {
        Assert.True(AddressPolicy.TryParse("127.0.0.0/8", out var policy));

        Assert.False(policy.WithoutPublic().Allows(IPAddress.Parse("8.8.8.8")));
        Assert.True(policy.WithoutPublic().Allows(IPAddress.Parse("127.0.0.2")));
        Assert.True(AddressPolicy.TryParse("8.0.0.0/8", out var publicNetwork));
        Assert.False(publicNetwork.WithoutPublic().Allows(IPAddress.Parse("8.8.8.8")));
        Assert.True(AddressPolicy.PrivateToo.WithoutPublic().Allows(IPAddress.Parse("10.0.0.1")));
    }
}
