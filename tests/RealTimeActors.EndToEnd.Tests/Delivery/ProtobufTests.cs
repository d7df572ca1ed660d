using System.Text;
using RealTimeActors.EndToEnd.Tests.Infrastructure;

namespace RealTimeActors.EndToEnd.Tests.Delivery;

/// <summary>The same contract in its other encoding, from the schema alone. Numbers of fields are those of the schema.</summary>
public sealed class ProtobufTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly ServerProcess _server = shared.Server;

    [Fact]
    public async Task Publishes_follows_acks_and_resumes()
    {
        const string channel = "pb.follow";
        var (before, welcome) = await ProtoClient.ConnectAsync(_server, Proto.Text(3, "stranger/1"), Proto.Bytes(4, Proto.Text(1, channel)));
        await using var ended = before;
        await before.SendAsync(Ping);
        var receipts = new List<ProtoMessage>();
        for (var n = 1; n <= 3; n++)
            receipts.Add((await before.AskAsync(Publish, Proto.Text(1, channel), Proto.Text(2, "t"), Proto.Text(3, $$"""{ "n" : {{n}} }"""))).Message(Receipt));
        for (var n = 1; n <= 3; n++)
        {
            var body = await before.TakeAsync(Event);
            Assert.Equal(((ulong)n, $$"""{"n":{{n}}}"""), (body.Number(2), body.Text(12)));
            Assert.Equal(receipts[n - 1].Bytes(5), body.Bytes(13));
        }

        await before.SendAsync(Ack, Proto.Text(1, channel), Proto.Number(2, 2));
        await before.AskAsync(Ping);
        var session = welcome.Message(2);
        var (after, resumed) = await ProtoClient.ConnectAsync(_server, Proto.Bytes(2, Proto.Text(1, session.Text(1)), Proto.Text(2, session.Text(2))));
        await using var client = after;

        Assert.Equal(1UL, resumed.Message(2).Number(3));
        Assert.Equal(2UL, resumed.Message(5).Number(3));
        Assert.Equal(3UL, (await after.TakeAsync(Event)).Number(2));
    }

    [Fact]
    public async Task Its_events_and_receipts_are_those_of_the_log()
    {
        const string channel = "pb.log";
        var (client, _) = await ProtoClient.ConnectAsync(_server);
        await using var ended = client;

        var receipt = (await client.AskAsync(Publish, Proto.Text(1, channel), Proto.Text(2, "t"), Proto.Text(3, "[1, 2]"), Proto.Bytes(8, Proto.Text(1, "p"), Proto.Number(2, 1)))).Message(Receipt);
        var again = (await client.AskAsync(Publish, Proto.Text(1, channel), Proto.Text(2, "t"), Proto.Text(3, "[1,2]"), Proto.Bytes(8, Proto.Text(1, "p"), Proto.Number(2, 1)))).Message(Receipt);
        var (epoch, events) = await Log.ReadAllAsync(_server, channel);

        var logged = Assert.Single(events);
        Assert.Equal(("persisted", epoch, 1UL), (receipt.Text(1), receipt.Text(3), receipt.Number(4)));
        Assert.Equal(logged.GetProperty("hash").GetString(), Convert.ToHexStringLower(receipt.Bytes(5)));
        Assert.Equal("[1,2]", logged.GetProperty("data").GetRawText());
        Assert.Equal((1UL, Convert.ToHexString(receipt.Bytes(5))), (again.Number(6), Convert.ToHexString(again.Bytes(5))));
    }

    [Fact]
    public async Task Its_errors_have_the_same_codes()
    {
        var (client, _) = await ProtoClient.ConnectAsync(_server);
        await using var ended = client;
        var channel = Proto.Text(1, "pb.errors");
        var type = Proto.Text(2, "t");

        await IsRefusedAsync(client, 101, "bad_request", Publish, channel, type);
        await IsRefusedAsync(client, 101, "bad_request", Publish, channel, type, Proto.Bytes(3, Encoding.UTF8.GetBytes("{\"a\":1,\"a\":2}")));
        await IsRefusedAsync(client, 101, "bad_request", Publish, channel, type, Proto.Text(3, "1"), Proto.Bytes(8, Proto.Text(1, "p"), Proto.Number(2, 1UL << 53)));
        await IsRefusedAsync(client, 101, "bad_request", 99, channel);
        await IsRefusedAsync(client, 103, "forbidden", Publish, Proto.Text(1, "$server.alerts"), type, Proto.Text(3, "1"));
        await IsRefusedAsync(client, 107, "position_gone", Read, channel, Proto.Text(2, "events"), Proto.Bytes(3, Proto.Bytes(3, Proto.Text(1, "another"), Proto.Number(2, 5))));
        await IsRefusedAsync(client, 111, "not_enabled", Subscribe, channel, Proto.Text(10, "group"));
        await IsRefusedAsync(client, 110, "too_large", Publish, channel, type, Proto.Text(3, $"\"{new string('x', 65_536)}\""));
        await client.AskAsync(Publish, channel, type, Proto.Text(3, "1"), Proto.Bytes(8, Proto.Text(1, "p"), Proto.Number(2, 5_000)));
        await IsRefusedAsync(client, 108, "conflict", Publish, channel, type, Proto.Text(3, "2"), Proto.Bytes(8, Proto.Text(1, "p"), Proto.Number(2, 5_000)));
        await IsRefusedAsync(client, 109, "fenced_or_out_of_window", Publish, channel, type, Proto.Text(3, "2"), Proto.Bytes(8, Proto.Text(1, "p"), Proto.Number(2, 3_999)));
        foreach (var name in (string[])["pb.a", "pb.b", "pb.c"])
            Assert.True((await client.AskAsync(Subscribe, Proto.Text(1, name))).Has(Subscribed));
        await IsRefusedAsync(client, 105, "limit_exceeded", Subscribe, Proto.Text(1, "pb.d"));
    }

    private static async Task IsRefusedAsync(ProtoClient client, ulong code, string name, int kind, params byte[][] body)
    {
        var answer = await client.AskAsync(kind, body);
        Assert.True(answer.Has(Error), $"Error {code} is expected; {answer} came.");
        Assert.Equal((code, name), (answer.Message(Error).Number(1), answer.Message(Error).Text(2)));
        Assert.NotEmpty(answer.Message(Error).Text(3));
    }

    private const int Subscribe = 3;
    private const int Publish = 5;
    private const int Ack = 7;
    private const int Read = 10;
    private const int Ping = 13;
    private const int Subscribed = 3;
    private const int Event = 4;
    private const int Receipt = 5;
    private const int Error = 15;
}
