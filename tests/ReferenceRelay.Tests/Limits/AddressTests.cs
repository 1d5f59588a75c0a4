using System.Net;
using CoralMux.ReferenceRelay.Connections;
using CoralMux.ReferenceRelay.Http;
using CoralMux.ReferenceRelay.Limits;
using CoralMux.ReferenceRelay.Options;
using CoralMux.ReferenceRelay.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace CoralMux.ReferenceRelay.Tests.Limits;

public sealed class AddressTests
{
    private static AddressKey Key(string address) => AddressKey.Of(IPAddress.Parse(address));

    [Fact]
    public void Key_SameClient_IsEqual()
    {
        Assert.Equal(Key("192.0.2.1"), Key("::ffff:192.0.2.1"));
        Assert.Equal(Key("2001:db8:1:2::1"), Key("2001:db8:1:2:ffff::9"));
    }

    [Fact]
    public void Key_OtherClient_Differs()
    {
        Assert.NotEqual(Key("192.0.2.1"), Key("192.0.2.2"));
        Assert.NotEqual(Key("2001:db8:1:2::1"), Key("2001:db8:1:3::1"));
        Assert.NotEqual(Key("0.0.0.0"), Key("::"));
    }

    [Theory]
    [InlineData("203.0.113.9", "198.51.100.1", "203.0.113.9")]
    [InlineData("10.0.0.1", "", "10.0.0.1")]
    [InlineData("10.0.0.1", "198.51.100.1", "198.51.100.1")]
    [InlineData("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1")]
    [InlineData("10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1")]
    [InlineData("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.9.9.9", "198.51.100.1")]
    [InlineData("10.0.0.1", "198.51.100.1:5555", "198.51.100.1")]
    [InlineData("10.0.0.1", "198.51.100.1, nonsense", "10.0.0.1")]
    [InlineData("10.0.0.1", "198.51.100.1, 7", "10.0.0.1")]
    [InlineData("10.0.0.1", "198.51.100.1, 7:80, 10.9.9.9", "10.9.9.9")]
    [InlineData("10.0.0.1", "198.51.100.1, [2001:db8::1]:443", "2001:db8::1")]
    public void ClientAddress_BehindProxies_IsTheFirstUntrusted(string remote, string forwarded, string client)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(remote);
        context.Request.Headers["X-Forwarded-For"] = forwarded;
        var addresses = new ClientAddress(new RelayOptions { TrustedProxies = [IPNetwork.Parse("10.0.0.0/8")] });

        Assert.Equal(IPAddress.Parse(client), addresses.Of(context));
    }

    [Fact]
    public void Registration_OverTheHour_IsExact()
    {
        var time = new ManualTime();
        var limit = new RegistrationLimit(time);
        IPAddress address = IPAddress.Parse("192.0.2.1");
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(TimeSpan.Zero, limit.Take(address, 5));
            time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(TimeSpan.FromMinutes(55), limit.Take(address, 5));
        Assert.Equal(TimeSpan.Zero, limit.Take(IPAddress.Parse("192.0.2.2"), 5));
        time.Advance(TimeSpan.FromMinutes(55));
        Assert.Equal(TimeSpan.Zero, limit.Take(address, 5));
        Assert.Equal(TimeSpan.FromMinutes(1), limit.Take(address, 5));
    }

    [Fact]
    public void Table_Full_ForgetsTheOldest()
    {
        var table = new AddressTable<List<int>>(2);
        table.Get(Key("192.0.2.1")).Add(1);
        table.Get(Key("192.0.2.2")).Add(2);
        table.Get(Key("192.0.2.1")).Add(1);
        table.Get(Key("192.0.2.3")).Add(3);

        Assert.Equal(2, table.Get(Key("192.0.2.1")).Count);
        Assert.Empty(table.Get(Key("192.0.2.2")));
    }
}
