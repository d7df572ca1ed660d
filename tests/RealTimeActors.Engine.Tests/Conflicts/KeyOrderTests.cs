using System.Text;
using RealTimeActors.Engine.Conflicts;

namespace RealTimeActors.Engine.Tests.Conflicts;

public sealed class KeyOrderTests
{
    private static readonly string[] _keys = ["", "a", "ab", "b", "\u007f", "é", "\ud7ff", "\ue000", "\uffff", "😀", "😀a", "\U00010000", "\U0010ffff", "a\ue000", "a😀", "a\U0010ffff"];

    [Fact]
    public void Keys_come_in_the_order_of_their_bytes()
    {
        foreach (var one in _keys)
        {
            foreach (var other in _keys)
            {
                var bytes = Encoding.UTF8.GetBytes(one).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(other));
                Assert.Equal((one, other, Math.Sign(bytes)), (one, other, Math.Sign(KeyOrder.Instance.Compare(one, other))));
            }
        }
    }

    [Fact]
    public void A_state_is_read_in_that_order_and_pages_go_on_in_it()
    {
        var state = new StateScript();
        foreach (var key in (string[])["😀", "\ue000", "z"])
            state.Sets("1", key: key);

        Assert.Equal(["z", "\ue000", "😀"], state.State.After(null).Select(entry => entry.Key));
        Assert.Equal(["😀"], state.State.After("\ue000").Select(entry => entry.Key));
    }
}
