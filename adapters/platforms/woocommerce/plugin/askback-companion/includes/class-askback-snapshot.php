<?php
/**
 * A cart, or the order that it became, as Askback wants to hear of it.
 *
 * @package Askback_Companion
 */

defined( 'ABSPATH' ) || exit;

/**
 * Builds the body of what is sent; see PROTOCOL.md.
 */
class Askback_Snapshot {

	/**
	 * Askback takes no body beyond 64 KiB, whatever script its names are written in.
	 */
	const MOST_LINES = 60;

	/**
	 * Letters of a name.
	 */
	const LONGEST_NAME = 120;

	/**
	 * Letters of a title that travels in an address.
	 */
	const LONGEST_TITLE = 40;

	/**
	 * Signs the way back.
	 *
	 * @var Askback_Signature
	 */
	private $signature;

	/**
	 * Keep what signs.
	 *
	 * @param Askback_Signature $signature Signs the way back.
	 */
	public function __construct( $signature ) {
		$this->signature = $signature;
	}

	/**
	 * The cart as it stands.
	 *
	 * @param WC_Cart $cart  The shopper's.
	 * @param array   $known What the state remembers of her.
	 * @return array
	 */
	public function of_cart( $cart, $known ) {
		$items    = array_slice( $cart->get_cart(), 0, self::MOST_LINES );
		$with_tax = $cart->display_prices_including_tax();
		$lines    = array();
		foreach ( $items as $item ) {
			$lines[] = $this->line( $item, $with_tax );
		}
		return array(
			'started_at'  => (int) $known['started_at'],
			'email'       => $known['email'],
			'consent'     => true,
			'agreed_at'   => (int) $known['agreed_at'],
			'customer_id' => get_current_user_id(),
			'currency'    => get_woocommerce_currency(),
			'total'       => $this->amount( $cart->get_total( 'edit' ) ),
			'discount'    => $this->amount( $cart->get_discount_total() + ( $with_tax ? $cart->get_discount_tax() : 0 ) ),
			'locale'      => determine_locale(),
			'coupons'     => array_values( $cart->get_applied_coupons() ),
			'lines'       => $lines,
			'restore_url' => $this->restore_url( $known['cart'], $items ),
		);
	}

	/**
	 * The order that a cart became. Its payment may be confirmed without the shopper's session, and
	 * its address may be another than the one that she agreed about: nothing is said of consent.
	 *
	 * @param WC_Order $order Paid, or as good as that.
	 * @return array
	 */
	public function of_order( $order ) {
		$with_tax = $order->get_prices_include_tax();
		$created  = $order->get_date_created();
		$lines    = array();
		foreach ( array_slice( $order->get_items(), 0, self::MOST_LINES ) as $item ) {
			$lines[] = array(
				'product_id'   => $item->get_product_id(),
				'variation_id' => $item->get_variation_id(),
				'quantity'     => (int) ceil( (float) $item->get_quantity() ),
				'name'         => $this->plain( $item->get_name() ),
				'total'        => $this->amount( $item->get_total() + ( $with_tax ? $item->get_total_tax() : 0 ) ),
			);
		}
		return array(
			'started_at'  => $created ? $created->getTimestamp() : time(),
			'email'       => $order->get_billing_email(),
			'customer_id' => $order->get_customer_id(),
			'currency'    => $order->get_currency(),
			'total'       => $this->amount( $order->get_total() ),
			'lines'       => $lines,
		);
	}

	/**
	 * One line of a cart.
	 *
	 * @param array $item     As the cart keeps it.
	 * @param bool  $with_tax Whether the shopper sees prices with tax.
	 * @return array
	 */
	private function line( $item, $with_tax ) {
		$product = $item['data'];
		$image   = wp_get_attachment_image_url( $product->get_image_id(), 'woocommerce_thumbnail' );
		$total   = ( $item['line_total'] ?? 0 ) + ( $with_tax ? ( $item['line_tax'] ?? 0 ) : 0 );
		return array(
			'product_id'   => (int) $item['product_id'],
			'variation_id' => (int) $item['variation_id'],
			'quantity'     => (int) ceil( (float) $item['quantity'] ),
			'name'         => $this->plain( $product->get_title() ),
			'variation'    => $this->plain( wc_get_formatted_variation( $item['variation'], true, false ) ),
			'total'        => $this->amount( $total ),
			'sku'          => (string) $product->get_sku(),
			'image'        => $image ? $image : '',
			'attributes'   => (object) ( $item['variation_id'] ? $this->choices( $item ) : array() ),
		);
	}

	/**
	 * Where a draft of the block checkout comes back, if WooCommerce's own checkout link would lose
	 * a line of it: it cannot say which colour was chosen of a variation for any colour.
	 *
	 * @param WC_Cart $cart The shopper's.
	 * @return string Empty: nothing of it would be lost, or it does not fit into an address.
	 */
	public function draft_url( $cart ) {
		$items = array_slice( $cart->get_cart(), 0, self::MOST_LINES );
		foreach ( $items as $item ) {
			if ( $this->open_choices( $item ) ) {
				return $this->restore_url( '', $items );
			}
		}
		return '';
	}

	/**
	 * Where this cart comes back, variations and all; empty where it does not fit into an address.
	 * The titles, of use only if a product is deleted meanwhile, are the first to go; then what a
	 * variation settles by itself, and was not chosen apart from it.
	 *
	 * @param string $name  The cart's; empty: it bears none.
	 * @param array  $items Its lines.
	 * @return string
	 */
	private function restore_url( $name, $items ) {
		foreach ( array( array( self::LONGEST_TITLE, true ), array( 0, true ), array( 0, false ) ) as list( $longest, $settled ) ) {
			$word = $this->signature->pack(
				array(
					'c' => $name,
					'l' => $this->wishes( $items, $longest, $settled ),
				)
			);
			if ( '' !== $word ) {
				return add_query_arg( Askback_Restore::PARAMETER, $word, wc_get_checkout_url() );
			}
		}
		return '';
	}

	/**
	 * What is needed of each line to put it back.
	 *
	 * @param array $items   The cart's lines.
	 * @param int   $longest Letters that are kept of a title.
	 * @param bool  $settled Whether to name what a variation settles by itself.
	 * @return array
	 */
	private function wishes( $items, $longest, $settled ) {
		$lines = array();
		foreach ( $items as $item ) {
			$chosen  = $settled ? $this->choices( $item ) : $this->open_choices( $item );
			$title   = $longest ? $this->plain( $item['data']->get_title(), $longest ) : '';
			$lines[] = array( (int) $item['product_id'], (int) $item['variation_id'], (float) $item['quantity'], (object) $chosen, $title );
		}
		return $lines;
	}

	/**
	 * All that was chosen of a line.
	 *
	 * @param array $item As the cart keeps it.
	 * @return array Attribute → value.
	 */
	private function choices( $item ) {
		return is_array( $item['variation'] ) ? $item['variation'] : array();
	}

	/**
	 * What its variation leaves open, and only the shopper could settle.
	 *
	 * @param array $item As the cart keeps it.
	 * @return array Attribute → value.
	 */
	private function open_choices( $item ) {
		$settled = $item['variation_id'] ? array_filter( $item['data']->get_variation_attributes(), 'strlen' ) : array();
		return $item['variation_id'] ? array_diff_key( $this->choices( $item ), $settled ) : array();
	}

	/**
	 * An amount as text, with the places that the currency has.
	 *
	 * @param mixed $amount A number.
	 * @return string
	 */
	private function amount( $amount ) {
		return (string) wc_format_decimal( $amount, wc_get_price_decimals() );
	}

	/**
	 * A name without its markup.
	 *
	 * @param string $html    As WordPress keeps it.
	 * @param int    $longest Letters that are kept of it.
	 * @return string
	 */
	private function plain( $html, $longest = self::LONGEST_NAME ) {
		$text = html_entity_decode( wp_strip_all_tags( (string) $html ), ENT_QUOTES, 'UTF-8' );
		return wp_html_excerpt( $text, $longest );
	}
}
