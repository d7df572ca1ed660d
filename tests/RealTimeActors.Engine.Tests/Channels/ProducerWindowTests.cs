using RealTimeActors.Engine.Channels;

namespace RealTimeActors.Engine.Tests.Channels;

public sealed class ProducerWindowTests
{
    private static readonly byte[] _digest = [1, 2, 3];
    private readonly ProducerWindow _window = new();

    [Fact]
    public void A_repeat_is_known_by_sequence_and_payload()
    {
        Publish(5);

        Assert.Equal(ProducerVerdict.Duplicate, _window.Judge(5, _digest, out var remembered));
        Assert.Equal(500, remembered.Offset);
        Assert.Equal(ProducerVerdict.Conflict, _window.Judge(5, [9], out _));
    }

    [Fact]
    public void Gaps_are_allowed_and_a_late_sequence_is_taken_while_nothing_above_it_is_forgotten()
    {
        Publish(5);
        Publish(9);

        Assert.Equal(ProducerVerdict.New, _window.Judge(20, _digest, out _));
        Assert.Equal(ProducerVerdict.New, _window.Judge(7, _digest, out _));
    }

    [Fact]
    public void The_last_thousand_are_remembered_and_what_is_older_is_out_of_the_window()
    {
        for (var sequence = 1; sequence <= 1_001; sequence++)
            Publish(sequence);

        Assert.Equal(ProducerVerdict.OutOfWindow, _window.Judge(1, _digest, out _));
        Assert.Equal(ProducerVerdict.Duplicate, _window.Judge(2, _digest, out _));
        Assert.Equal(ProducerVerdict.Duplicate, _window.Judge(1_001, _digest, out _));
    }

    [Fact]
    public void With_gaps_the_last_thousand_reach_further_back_than_a_thousand_numbers()
    {
        for (var sequence = 10; sequence <= 10_000; sequence += 10)
            Publish(sequence);

        Assert.Equal(ProducerVerdict.Duplicate, _window.Judge(10, _digest, out _));
        Assert.Equal(ProducerVerdict.OutOfWindow, _window.Judge(11, _digest, out _));
        Assert.Equal(ProducerVerdict.New, _window.Judge(9_995, _digest, out _));
    }

    private void Publish(long sequence) => _window.Add(sequence, new ProducerWindow.Remembered(sequence * 100, default, _digest), timeUnixMs: 0);
}
