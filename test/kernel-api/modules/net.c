/* A network device, as a program sees it in sysfs. */
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>

static struct net_device *device;

static int net_open(struct net_device *dev)
{
	pr_info("open\n");
	return 0;
}

static netdev_tx_t transmit(struct sk_buff *skb, struct net_device *dev)
{
	dev_kfree_skb(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops operations = { .ndo_open = net_open, .ndo_start_xmit = transmit };

static int __init net_init(void)
{
	static const u8 address[ETH_ALEN] = { 2, 0, 0, 0x12, 0x34, 0xab };

	device = alloc_netdev(0, "kbnet%d", NET_NAME_ENUM, ether_setup);
	device->netdev_ops = &operations;
	device->flags |= IFF_NOARP;
	eth_hw_addr_set(device, address);
	return register_netdev(device);
}

static void __exit net_exit(void)
{
	unregister_netdev(device);
	free_netdev(device);
}

module_init(net_init);
module_exit(net_exit);
MODULE_LICENSE("GPL");
