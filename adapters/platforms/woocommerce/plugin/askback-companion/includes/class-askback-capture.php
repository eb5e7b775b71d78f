<?php
/**
 * Notices what becomes of a cart, and tells it at the end of the request: once per change.
 *
 * @package Askback_Companion
 */

defined( 'ABSPATH' ) || exit;

/**
 * Silent until the shopper has agreed. The block checkout asks nobody: its carts are drafts, which
 * WooCommerce's own webhooks tell of. Who agreed before she came there has both, and the draft
 * bears her cart's name, so that Askback knows the two as one. A draft with a line that WooCommerce's
 * own links cannot bring back bears ours, which says nothing of her.
 */
class Askback_Capture {

	const ORDER_META = '_askback_cart';

	const LINK_META = '_askback_way_back';

	const BOUGHT = array( 'processing', 'on-hold', 'completed' );

	/**
	 * What is remembered of the shopper.
	 *
	 * @var Askback_State
	 */
	private $state;

	/**
	 * Builds what is sent.
	 *
	 * @var Askback_Snapshot
	 */
	private $snapshot;

	/**
	 * Sends it.
	 *
	 * @var Askback_Sender
	 */
	private $sender;

	/**
	 * Has the cart been touched in this request?
	 *
	 * @var bool
	 */
	private $touched = false;

	/**
	 * Keep the three.
	 *
	 * @param Askback_State    $state    What is remembered.
	 * @param Askback_Snapshot $snapshot Builds what is sent.
	 * @param Askback_Sender   $sender   Sends it.
	 */
	public function __construct( $state, $snapshot, $sender ) {
		$this->state    = $state;
		$this->snapshot = $snapshot;
		$this->sender   = $sender;
	}

	/**
	 * Take our places.
	 */
	public function hook() {
		foreach ( array( 'woocommerce_after_calculate_totals', 'woocommerce_add_to_cart', 'woocommerce_cart_item_set_quantity', 'woocommerce_cart_item_removed', 'askback_companion_agreed' ) as $moment ) {
			add_action( $moment, array( $this, 'touch' ), 10, 0 );
		}
		add_action( 'woocommerce_cart_emptied', array( $this, 'emptied' ) );
		add_action( 'askback_companion_disagreed', array( $this, 'disagreed' ) );
		add_action( 'woocommerce_checkout_create_order', array( $this, 'name_order' ) );
		add_action( 'woocommerce_checkout_order_processed', array( $this, 'ordered' ), 10, 0 );
		add_action( 'woocommerce_store_api_checkout_update_order_meta', array( $this, 'name_draft' ) );
		add_action( 'woocommerce_store_api_checkout_order_processed', array( $this, 'ordered' ), 10, 0 );
		add_action( 'woocommerce_store_api_checkout_order_processed', array( $this, 'unlink_order' ) );
		add_action( 'woocommerce_order_status_changed', array( $this, 'status_changed' ), 10, 4 );
		// Before WooCommerce hands its webhooks over, at 10, and saves its session, at 20.
		add_action( 'shutdown', array( $this, 'flush' ), 5, 0 );
	}

	/**
	 * Something changed; what, is looked at when the page is done.
	 */
	public function touch() {
		$this->touched = true;
	}

	/**
	 * The cart was emptied. A shopper who signs out keeps hers: then it is not cleared for good.
	 *
	 * @param bool $for_good Whether the kept cart goes too.
	 */
	public function emptied( $for_good = true ) {
		$this->touched = $this->touched || (bool) $for_good;
	}

	/**
	 * Tell what changed, unless it is what was told last.
	 */
	public function flush() {
		if ( ! $this->touched || ! WC()->cart ) {
			return;
		}
		$this->touched = false;
		$known         = $this->state->all();
		if ( WC()->cart->is_empty() ) {
			$this->over( $known );
			return;
		}
		if ( '' !== $known['email'] && ! $this->sender->is_resting() ) {
			$this->tell( $known );
		}
		$this->draft();
	}

	/**
	 * The cart as it stands, unless it stood like this before.
	 *
	 * @param array $known What the state remembers.
	 */
	private function tell( $known ) {
		$name    = $this->state->cart();
		$content = $this->snapshot->of_cart( WC()->cart, $this->state->all() );
		$mark    = md5( (string) wp_json_encode( $content ) );
		if ( $mark !== $known['sent'] ) {
			$this->state->change( array( 'sent' => $mark ) );
			$this->sender->send( 'cart.captured', $name, $content + array( 'order_id' => $this->draft() ) );
		}
	}

	/**
	 * The draft that the block checkout made of this cart, named and linked like it; 0: there is none.
	 *
	 * @return int
	 */
	private function draft() {
		$id    = (int) WC()->session->get( 'store_api_draft_order', 0 );
		$draft = $id ? wc_get_order( $id ) : null;
		if ( ! $draft || ! $draft->has_status( 'checkout-draft' ) ) {
			return 0;
		}
		$this->name_draft( $draft );
		return $id;
	}

	/**
	 * An empty cart: it became an order, or she wants it no more.
	 *
	 * @param array $known What the state remembers.
	 */
	private function over( $known ) {
		if ( '' === $known['cart'] ) {
			return;
		}
		if ( '' !== $known['sent'] && ! $known['ordered'] ) {
			$this->sender->send( 'cart.cleared', $known['cart'] );
		}
		$this->state->forget_cart();
	}

	/**
	 * She took back that we may keep it.
	 */
	public function disagreed() {
		$known = $this->state->all();
		if ( '' !== $known['sent'] ) {
			$content = array(
				'email'   => $known['email'],
				'consent' => false,
			);
			$this->sender->send( 'cart.cleared', $known['cart'], $content );
		}
		$this->state->forget();
	}

	/**
	 * The order bears the cart's name, so that its own webhook ends the cart.
	 *
	 * @param WC_Order $order About to be saved.
	 */
	public function name_order( $order ) {
		$known = $this->state->all();
		if ( '' !== $known['cart'] && ( '' !== $known['sent'] || $known['restored'] ) ) {
			$order->update_meta_data( self::ORDER_META, $known['cart'] );
		}
	}

	/**
	 * The same for the block checkout, which saves its drafts before it lets us see them; and its
	 * way back, where only we know one.
	 *
	 * @param WC_Order $order Of the block checkout.
	 */
	public function name_draft( $order ) {
		$before = array( $order->get_meta( self::ORDER_META ), $order->get_meta( self::LINK_META ) );
		$this->name_order( $order );
		$url = WC()->cart && $order->has_status( 'checkout-draft' ) ? $this->snapshot->draft_url( WC()->cart ) : '';
		if ( '' !== $url ) {
			$order->update_meta_data( self::LINK_META, $url );
		} elseif ( '' !== $before[1] ) {
			$order->delete_meta_data( self::LINK_META );
		}
		if ( array( $order->get_meta( self::ORDER_META ), $order->get_meta( self::LINK_META ) ) !== $before ) {
			$order->save();
		}
	}

	/**
	 * What is bought needs no way back.
	 *
	 * @param WC_Order $order Of the block checkout, placed.
	 */
	public function unlink_order( $order ) {
		if ( '' !== $order->get_meta( self::LINK_META ) ) {
			$order->delete_meta_data( self::LINK_META );
			$order->save();
		}
	}

	/**
	 * From now on an empty cart is no cleared one.
	 */
	public function ordered() {
		$this->state->change( array( 'ordered' => true ) );
	}

	/**
	 * Paid for, by whichever way the news of it came.
	 *
	 * @param int      $id    The order's number.
	 * @param string   $from  Its status so far.
	 * @param string   $to    Its status now.
	 * @param WC_Order $order The order.
	 */
	public function status_changed( $id, $from, $to, $order ) {
		unset( $id );
		$cart = $order ? (string) $order->get_meta( self::ORDER_META ) : '';
		if ( '' === $cart || $this->sender->is_resting() ) {
			return; // Its own webhook tells of an order, only later.
		}
		if ( in_array( $to, self::BOUGHT, true ) && ! in_array( $from, self::BOUGHT, true ) ) {
			$this->sender->send( 'cart.completed', $cart, $this->snapshot->of_order( $order ) );
		}
	}
}
