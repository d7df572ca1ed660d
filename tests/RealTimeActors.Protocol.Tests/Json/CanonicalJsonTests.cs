using System.Text;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Protocol.Tests.Json;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{"b":1.0,"\u0061":[{"d":null,"c":true}]}""", """{"a":[{"c":true,"d":null}],"b":1}""")]
    [InlineData("{}", "{}")]
    [InlineData("[]", "[]")]
    [InlineData("[10e-1,1e500]", "[1,1e500]")]
    [InlineData("\"\\u0022\\/\\u005c\\u0001\\u000A\\ud834\\udd1e\\ud800x\"", "\"\\\"/\\\\\\u0001\\n\U0001d11e\\ud800x\"")]
    [InlineData("\"힣\\u0041\"", "\"힣A\"")]
    public void Equal_values_are_equal_bytes(string json, string canonical)
    {
        Assert.Equal(canonical, Canonical(json));
        Assert.Equal(canonical, Canonical(canonical));
    }

    private static string Canonical(string json) => Encoding.UTF8.GetString(CanonicalJson.Of(Encoding.UTF8.GetBytes(json)));
}
