using System.Text;
using RealTimeActors.Client.Machine.State;

namespace RealTimeActors.Client.Tests.Machine.State;

public sealed class LocalEditTests
{
    [Theory]
    [InlineData(null, "merge", """{"a":1,"b":null}""", """{"a":1}""")]
    [InlineData("""{"a":1,"b":2}""", "merge", """{"b":null,"c":{"d":1}}""", """{"a":1,"c":{"d":1}}""")]
    [InlineData("""{"a":1}""", "set", "5", "5")]
    [InlineData("""{"a":1}""", "delete", "", null)]
    [InlineData(null, "delete", "", null)]
    [InlineData(null, "increment", """{"n":0.1}""", """{"n":0.1}""")]
    [InlineData("""{"n":0.1,"m":"x"}""", "increment", """{"n":0.2,"m":1}""", """{"n":0.3,"m":"x"}""")]
    [InlineData("""{"votes":{"yes":9007199254740993}}""", "increment", """{"votes":{"yes":1,"no":2}}""", """{"votes":{"yes":9007199254740994,"no":2}}""")]
    [InlineData("""{"tags":["a"]}""", "add", """{"tags":["b","a","b"],"more":[1]}""", """{"tags":["a","b"],"more":[1]}""")]
    [InlineData("""{"tags":["a","b","a"],"n":1}""", "remove", """{"tags":["a"],"n":[1],"none":["x"]}""", """{"tags":["b"],"n":1}""")]
    [InlineData("""{"tags":[{"x":1,"y":2}]}""", "remove", """{"tags":[{"y":2.0,"x":1}]}""", """{"tags":[]}""")]
    [InlineData(null, "remove", """{"tags":["a"]}""", null)]
    [InlineData("[1]", "increment", """{"n":1}""", "[1]")]
    [InlineData("""{"n":1}""", "increment", "5", """{"n":1}""")]
    [InlineData("""{"\u006e":1}""", "increment", """{"n":1}""", """{"\u006e":2}""")]
    [InlineData("""{"n":1}""", "shuffle", "{}", """{"n":1}""")]
    public void Shows_what_an_edit_does_as_far_as_that_can_be_known_here(string? value, string operation, string operand, string? expected)
    {
        var mutation = new PendingMutation { Channel = "c", Key = "k", Operation = operation, Value = Encoding.UTF8.GetBytes(operand), Producer = "p", Number = 1 };

        var after = LocalEdit.Apply(value is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(value), mutation);

        Assert.Equal(expected, after is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null);
    }
}
