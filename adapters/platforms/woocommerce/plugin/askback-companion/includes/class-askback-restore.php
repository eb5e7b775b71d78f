<?php
/**
 * Brings a cart back from the link in a message, and says what could not come back.
 *
 * @package Askback_Companion
 */

defined( 'ABSPATH' ) || exit;

/**
 * Adds what is missing and removes nothing: opened twice, or by a mail scanner, it does no harm.
 */
class Askback_Restore {

	const PARAMETER = 'askback_cart';

	const COUPON = 'askback_coupon';

	/**
	 * What is remembered of the shopper.
	 *
	 * @var Askback_State
	 */
	private $state;

	/**
	 * Knows our own links.
	 *
	 * @var Askback_Signature
	 */
	private $signature;

	/**
	 * Keep the two.
	 *
	 * @param Askback_State     $state     What is remembered.
	 * @param Askback_Signature $signature Knows our own links.
	 */
	public function __construct( $state, $signature ) {
		$this->state     = $state;
		$this->signature = $signature;
	}

	/**
	 * Before the checkout page decides that its cart is empty.
	 */
	public function hook() {
		add_action( 'wp_loaded', array( $this, 'open' ), 30 );
	}

	/**
	 * Somebody came by a link; it is signed, so no nonce is needed, and a guest could have none.
	 */
	public function open() {
		// phpcs:disable WordPress.Security.NonceVerification.Recommended -- the word bears its own signature.
		if ( ! isset( $_GET[ self::PARAMETER ] ) || ! WC()->cart ) {
			return;
		}
		$word   = sanitize_text_field( wp_unslash( $_GET[ self::PARAMETER ] ) );
		$coupon = isset( $_GET[ self::COUPON ] ) ? sanitize_text_field( wp_unslash( $_GET[ self::COUPON ] ) ) : '';
		// phpcs:enable
		$cart = $this->signature->unpack( $word );
		if ( ! WC()->session->has_session() ) {
			WC()->session->set_customer_session_cookie( true ); // Else a guest with an empty cart sees no notice.
		}
		if ( null === $cart ) {
			wc_add_notice( __( 'This link does not hold a cart any more.', 'askback-companion' ), 'notice' );
		} else {
			$this->bring_back( $cart );
			$this->apply( $coupon );
		}
		nocache_headers();
		wp_safe_redirect( wc_get_checkout_url() );
		exit;
	}

	/**
	 * The cart's lines, and its name, so that Askback knows it again.
	 *
	 * @param array $cart As it was packed.
	 */
	public function bring_back( $cart ) {
		$lost = array();
		foreach ( is_array( $cart['l'] ?? null ) ? $cart['l'] : array() as $line ) {
			list( $product, $variation, $quantity, $chosen, $title ) = array_pad( (array) $line, 5, '' );

			$chosen  = is_array( $chosen ) ? array_filter( $chosen, 'is_string' ) : array();
			$missing = $this->add( (int) $product, (int) $variation, (float) $quantity, $chosen );
			if ( $missing > 0 ) {
				$lost[] = $this->name_of( (int) $product, $chosen, (string) $title ) . ( $missing < $quantity ? " × $missing" : '' );
			}
		}
		if ( preg_match( '/^[0-9a-f]{32}$/', (string) ( $cart['c'] ?? '' ) ) ) {
			$this->state->change(
				array(
					'cart'       => $cart['c'],
					'started_at' => time(),
					'restored'   => true,
					'ordered'    => false,
				)
			);
		}
		$this->tell( $lost );
	}

	/**
	 * One line, unless it lies in the cart already. How many of it cannot be bought any more?
	 *
	 * @param int   $product_id   The product's number.
	 * @param int   $variation_id The variation's, or 0.
	 * @param float $quantity     How many.
	 * @param array $chosen       The attributes that were chosen.
	 * @return float
	 */
	private function add( $product_id, $variation_id, $quantity, $chosen ) {
		foreach ( WC()->cart->get_cart() as $item ) {
			$same = $item['product_id'] === $product_id && $item['variation_id'] === $variation_id;
			if ( $same && array() === array_diff_assoc( $chosen, (array) $item['variation'] ) ) {
				return 0.0;
			}
		}
		$product = wc_get_product( $variation_id ? $variation_id : $product_id );
		if ( ! $product || ! $product->is_purchasable() || ! $product->is_in_stock() ) {
			return $quantity;
		}
		$most = $product->get_max_purchase_quantity();
		$some = $most > 0 ? min( $quantity, $most ) : $quantity;
		// The cart unslashes and cleans each choice by its kind; wc_clean would destroy Hebrew slugs ("%d7%9b").
		return WC()->cart->add_to_cart( $product_id, $some, $variation_id, $variation_id ? wp_slash( $chosen ) : $chosen ) ? $quantity - $some : $quantity;
	}

	/**
	 * How she knows a line: by its name and by what she had chosen of it.
	 *
	 * @param int    $product_id The product's number.
	 * @param array  $chosen     The attributes that were chosen.
	 * @param string $title      Its name as it was; empty where that was too long for the link.
	 * @return string
	 */
	private function name_of( $product_id, $chosen, $title ) {
		$product = '' === $title ? wc_get_product( $product_id ) : null;
		$name    = $product ? $product->get_title() : $title;
		$options = wc_get_formatted_variation( $chosen, true, false );
		return ( '' === $name ? "#$product_id" : $name ) . ( '' === $options ? '' : " ($options)" );
	}

	/**
	 * The coupon that Askback promised. WooCommerce itself says whether it holds.
	 *
	 * @param string $code Empty: none.
	 */
	private function apply( $code ) {
		if ( '' !== $code && wc_coupons_enabled() && ! WC()->cart->is_empty() && ! WC()->cart->has_discount( $code ) ) {
			WC()->cart->apply_coupon( wc_format_coupon_code( $code ) );
		}
	}

	/**
	 * What she has to know.
	 *
	 * @param array $lost Names of what could not come back.
	 */
	private function tell( $lost ) {
		if ( ! $lost ) {
			return;
		}
		/* translators: %s: names of products, separated by commas. */
		$said = __( 'These could not be put back into your cart, because they are not available now: %s', 'askback-companion' );
		wc_add_notice( sprintf( esc_html( $said ), esc_html( implode( ', ', $lost ) ) ), 'notice' );
	}
}
